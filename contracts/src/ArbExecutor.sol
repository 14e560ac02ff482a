// SPDX-License-Identifier: MIT
pragma solidity 0.8.26;

import {IBalancerV2Vault, IERC20, IUniswapV2Pair, IWETH9} from "./Interfaces.sol";
import {Permissions} from "./Permissions.sol";
import {SafeTransfer} from "./SafeTransfer.sol";

/// @notice One swap in a pool with the interface of a Uniswap V2 pair.
struct Hop {
    address pool;
    uint24 feePips; // of the input, 1/1 000 000
    bool zeroForOne; // token0 in, token1 out
}

/// @notice One arbitrage: borrow, swap along a closed path, repay, bid, and keep the rest.
struct Plan {
    address startToken; // borrowed; profit is counted in it
    uint256 notional; // raw units of the start token to borrow
    Hop[] hops; // 2 to 8, from the start token back to it
    uint256 minProfit; // raw units left after premium, coinbase payment and gas
    uint256 bidBasisPoints; // share of gross profit paid to the block's fee recipient
    uint256 bidCapWei; // upper limit of that payment
    uint256 tokenPerEthX96; // raw units per wei, Q96, to value gas; 2^96 for WETH
    uint256 deadlineBlock; // last block in which the plan may run
}

/// @title Executes arbitrage plans that pay, and reverts every other.
/// @notice Holds nothing between trades, has no allowance from or to anyone, and sends profit to
/// one address fixed at deployment. README.md argues each function's safety.
contract ArbExecutor is Permissions {
    using SafeTransfer for address;

    uint256 private constant HOPS_MIN = 2;
    uint256 private constant HOPS_MAX = 8;
    uint256 private constant PIPS_WHOLE = 1_000_000;
    uint256 private constant BASIS_POINTS_WHOLE = 10_000;
    uint256 private constant ONE_X96 = 2 ** 96;

    /// @dev Transient slot of the hash of the loan data expected next; 0 when none is.
    uint256 private constant EXPECTED_LOAN_SLOT = 1;

    // Where `execute`'s calldata has its parts when encoded as every ABI encoder does it.
    uint256 private constant PLAN_OFFSET = 0x20;
    uint256 private constant HOPS_OFFSET = 0x100;
    uint256 private constant CALLDATA_BYTES_WITHOUT_HOPS = 4 + 10 * 32;
    uint256 private constant CALLDATA_BYTES_PER_HOP = 3 * 32;

    // Gas that `gasleft()` cannot see. Calldata is priced at 16 per non-zero and 4 per zero byte
    // (EIP-2028), each word at the most non-zero bytes its checked value can have:
    //   selector 64; two offsets and the basis points, 2 bytes: 3 * 152; start token, 20 bytes: 368;
    //   five full words: 5 * 512; hop count, 1 byte: 140
    //   per hop: pool, 20 bytes: 368; fee, 3 bytes: 164; direction, 1 byte: 140
    // The floor price of EIP-7623 is far below what the swaps cost and never applies.
    uint256 private constant GAS_INTRINSIC = 21_000;
    uint256 private constant GAS_CALLDATA_WITHOUT_HOPS = 64 + 3 * 152 + 368 + 5 * 512 + 140;
    uint256 private constant GAS_CALLDATA_PER_HOP = 368 + 164 + 140;
    // Before the first `gasleft()` 461 were measured, after the last one 889; the rest is margin.
    uint256 private constant GAS_UNMEASURED = 1_500;

    /// @notice The only address that profit and swept funds go to.
    address public immutable recipient;
    address public immutable vault;
    address public immutable weth;

    event Swept(address indexed token, uint256 amount);

    error DeadlinePassed(uint256 blockNumber, uint256 deadlineBlock);
    error CalldataNotCanonical();
    error HopCountOutOfRange(uint256 count);
    error BidBasisPointsTooHigh(uint256 bidBasisPoints);
    error BidNeedsWeth();
    error GasRateInvalid(uint256 tokenPerEthX96);
    error FeePipsTooHigh(uint256 hop, uint24 feePips);
    error HopTokenMismatch(uint256 hop, address expected, address actual);
    error PathNotClosed();
    error UnexpectedCallback();
    error LoanNotDelivered();
    error RepaymentShort(uint256 received, uint256 owed);
    error BalanceShrank(uint256 balanceBefore, uint256 balanceAfter);
    error CoinbasePaymentFailed(address feeRecipient, uint256 bid);
    error ProfitBelowFloor(uint256 profit, uint256 floor);
    error UnexpectedEther(address sender);
    error SweepFailed(address recipient, uint256 amount);

    constructor(
        address owner_,
        address recipient_,
        address vault_,
        address weth_,
        address[] memory operators
    ) Permissions(owner_, operators) {
        if (recipient_ == address(0) || vault_ == address(0) || weth_ == address(0)) {
            revert ZeroAddress();
        }
        recipient = recipient_;
        vault = vault_;
        weth = weth_;
    }

    /// @dev WETH's withdrawal brings 2 300 gas, so there is no room for more than this.
    receive() external payable {
        if (msg.sender != weth) revert UnexpectedEther(msg.sender);
    }

    /// @notice Runs a plan, or reverts without any effect.
    /// @return netProfit raw units of the start token sent to the recipient: gross profit less the
    /// coinbase payment. The gas is paid by the operator, so it is in the floor and not in here.
    function execute(Plan calldata plan) external returns (uint256 netProfit) {
        uint256 gasAtStart = gasleft();
        if (block.number > plan.deadlineBlock) {
            revert DeadlinePassed(block.number, plan.deadlineBlock);
        }
        _requireTradingAllowed();
        _lock();
        _checkTerms(plan);
        _checkPath(plan.startToken, plan.hops);

        uint256 balanceBefore = IERC20(plan.startToken).balanceOf(address(this));
        _borrow(plan.startToken, plan.notional);
        uint256 balanceAfter = IERC20(plan.startToken).balanceOf(address(this));
        if (balanceAfter < balanceBefore) revert BalanceShrank(balanceBefore, balanceAfter);

        uint256 gross = balanceAfter - balanceBefore;
        netProfit = gross - _payCoinbase(plan, gross);
        plan.startToken.safeTransfer(recipient, netProfit);

        // Last of all, so that whatever the coinbase and the recipient made us burn is counted.
        uint256 floor = plan.minProfit + _gasCost(plan, gasAtStart - gasleft());
        if (netProfit < floor) revert ProfitBelowFloor(netProfit, floor);
        _unlock();
    }

    /// @notice The vault's callback. Anyone may borrow in our name, so the vault as caller proves
    /// nothing: the data must also be what `execute` asked for in this very call, and only once.
    function receiveFlashLoan(
        address[] calldata tokens,
        uint256[] calldata amounts,
        uint256[] calldata feeAmounts,
        bytes calldata userData
    ) external {
        if (msg.sender != vault || !_takeExpectedLoan(keccak256(userData))) {
            revert UnexpectedCallback();
        }
        // The data is `execute`'s own calldata, whose shape `_checkTerms` has proven.
        Plan calldata plan;
        assembly ("memory-safe") {
            plan := add(userData.offset, PLAN_OFFSET)
        }
        if (tokens.length != 1 || tokens[0] != plan.startToken || amounts[0] != plan.notional) {
            revert UnexpectedCallback();
        }

        plan.startToken.safeTransfer(plan.hops[0].pool, plan.notional);
        uint256 received = _swapAlong(plan.hops, plan.notional);
        uint256 owed = plan.notional + feeAmounts[0];
        if (received < owed) revert RepaymentShort(received, owed);
        plan.startToken.safeTransfer(vault, owed);
    }

    /// @notice Sends all of a token that is here by accident to the recipient.
    /// @param token the zero address means ether
    function sweep(address token) external onlyOwner {
        uint256 amount;
        if (token == address(0)) {
            amount = address(this).balance;
            (bool sent,) = recipient.call{value: amount}("");
            if (!sent) revert SweepFailed(recipient, amount);
        } else {
            amount = IERC20(token).balanceOf(address(this));
            token.safeTransfer(recipient, amount);
        }
        emit Swept(token, amount);
    }

    function _checkTerms(Plan calldata plan) private view {
        uint256 count = plan.hops.length;
        if (count < HOPS_MIN || count > HOPS_MAX) revert HopCountOutOfRange(count);
        uint256 planOffset;
        uint256 hopsOffset;
        assembly ("memory-safe") {
            planOffset := calldataload(4)
            hopsOffset := calldataload(add(plan, 0x40))
        }
        // Nothing hidden, nothing shared: else the price of the calldata would be a guess.
        if (
            planOffset != PLAN_OFFSET || hopsOffset != HOPS_OFFSET
                || msg.data.length != CALLDATA_BYTES_WITHOUT_HOPS + count * CALLDATA_BYTES_PER_HOP
        ) revert CalldataNotCanonical();

        uint256 rate = plan.tokenPerEthX96;
        bool startsWithWeth = plan.startToken == weth;
        // A rate of nothing would let a trade through that loses its gas.
        if (rate == 0 || (startsWithWeth && rate != ONE_X96)) revert GasRateInvalid(rate);
        if (plan.bidBasisPoints > BASIS_POINTS_WHOLE) {
            revert BidBasisPointsTooHigh(plan.bidBasisPoints);
        }
        if (plan.bidBasisPoints > 0 && !startsWithWeth) revert BidNeedsWeth();
    }

    function _checkPath(address startToken, Hop[] calldata hops) private view {
        address token = startToken;
        for (uint256 i = 0; i < hops.length; ++i) {
            Hop calldata hop = hops[i];
            if (hop.feePips >= PIPS_WHOLE) revert FeePipsTooHigh(i, hop.feePips);
            IUniswapV2Pair pair = IUniswapV2Pair(hop.pool);
            (address tokenIn, address tokenOut) =
                hop.zeroForOne ? (pair.token0(), pair.token1()) : (pair.token1(), pair.token0());
            if (tokenIn != token) revert HopTokenMismatch(i, token, tokenIn);
            token = tokenOut;
        }
        if (token != startToken) revert PathNotClosed();
    }

    function _borrow(address token, uint256 amount) private {
        bytes calldata userData = msg.data[4:];
        bytes32 expected = keccak256(userData);
        assembly ("memory-safe") {
            tstore(EXPECTED_LOAN_SLOT, expected)
        }
        address[] memory tokens = new address[](1);
        uint256[] memory amounts = new uint256[](1);
        tokens[0] = token;
        amounts[0] = amount;
        IBalancerV2Vault(vault).flashLoan(address(this), tokens, amounts, userData);
        bytes32 left;
        assembly ("memory-safe") {
            left := tload(EXPECTED_LOAN_SLOT)
        }
        if (left != 0) revert LoanNotDelivered();
    }

    /// @dev True once for the data `_borrow` announced; whatever came, nothing is expected after.
    function _takeExpectedLoan(bytes32 actual) private returns (bool) {
        bytes32 expected;
        assembly ("memory-safe") {
            expected := tload(EXPECTED_LOAN_SLOT)
            tstore(EXPECTED_LOAN_SLOT, 0)
        }
        return expected != 0 && expected == actual;
    }

    /// @dev Each pool sends its output to the next one; only the last sends it here.
    function _swapAlong(Hop[] calldata hops, uint256 amount) private returns (uint256) {
        uint256 last = hops.length - 1;
        for (uint256 i = 0; i <= last; ++i) {
            Hop calldata hop = hops[i];
            amount = _amountOut(hop, amount);
            (uint256 amount0Out, uint256 amount1Out) =
                hop.zeroForOne ? (uint256(0), amount) : (amount, uint256(0));
            address to = i == last ? address(this) : hops[i + 1].pool;
            IUniswapV2Pair(hop.pool).swap(amount0Out, amount1Out, to, "");
        }
        return amount;
    }

    /// @dev The most the pair's own check of its product allows, rounded down as it must be.
    function _amountOut(Hop calldata hop, uint256 amountIn) private view returns (uint256) {
        (uint112 reserve0, uint112 reserve1,) = IUniswapV2Pair(hop.pool).getReserves();
        (uint256 reserveIn, uint256 reserveOut) =
            hop.zeroForOne ? (reserve0, reserve1) : (reserve1, reserve0);
        uint256 amountInAfterFee = amountIn * (PIPS_WHOLE - hop.feePips);
        return amountInAfterFee * reserveOut / (reserveIn * PIPS_WHOLE + amountInAfterFee);
    }

    /// @dev The fee recipient may be a contract: it gets all gas we have and finds every door
    /// locked. What it burns is in the floor, what it returns is not copied.
    function _payCoinbase(Plan calldata plan, uint256 gross) private returns (uint256 bid) {
        bid = gross * plan.bidBasisPoints / BASIS_POINTS_WHOLE;
        if (bid > plan.bidCapWei) bid = plan.bidCapWei;
        if (bid == 0) return 0;
        IWETH9(weth).withdraw(bid);
        address feeRecipient = block.coinbase;
        bool paid;
        assembly ("memory-safe") {
            paid := call(gas(), feeRecipient, bid, 0, 0, 0, 0)
        }
        if (!paid) revert CoinbasePaymentFailed(feeRecipient, bid);
    }

    /// @dev Rounded up, and blind to refunds: this floor errs against the trade, never for it.
    function _gasCost(Plan calldata plan, uint256 gasMeasured) private view returns (uint256) {
        uint256 gasUsed = gasMeasured + GAS_INTRINSIC + GAS_CALLDATA_WITHOUT_HOPS + plan.hops.length
            * GAS_CALLDATA_PER_HOP + GAS_UNMEASURED;
        uint256 costX96 = tx.gasprice * gasUsed * plan.tokenPerEthX96;
        return (costX96 + ONE_X96 - 1) / ONE_X96;
    }
}
