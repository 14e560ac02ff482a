// SPDX-License-Identifier: MIT
pragma solidity 0.8.26;

import {IArbExecutor, ICallbacks} from "./IArbExecutor.sol";
import {IWETH9} from "./Interfaces.sol";
import {Loans} from "./Loans.sol";
import {Permissions} from "./Permissions.sol";
import {Frame, Program} from "./Program.sol";
import {SafeTransfer} from "./SafeTransfer.sol";
import {Swaps} from "./Swaps.sol";

/// @title Executes arbitrage programs that pay, and reverts every other.
/// @notice Holds nothing between trades, has no allowance from or to anyone, and sends profit to
/// one address fixed at deployment. README.md argues each function's safety.
contract ArbExecutor is Permissions, Loans {
    using SafeTransfer for address;

    uint256 private constant BASIS_POINTS_WHOLE = 10_000;
    uint256 private constant ONE_X96 = 2 ** 96;

    // Gas that `gasleft()` cannot see. Every byte of calldata is priced as one that is not zero
    // (EIP-2028); the floor price of EIP-7623 is far below what any swap costs and never applies.
    uint256 private constant GAS_INTRINSIC = 21_000;
    uint256 private constant GAS_PER_CALLDATA_BYTE = 16;
    // Before the first `gasleft()` and after the last one; test/Gas.t.sol measures both.
    uint256 private constant GAS_UNMEASURED = 1_500;

    /// @notice The only address that profit and swept funds go to.
    address internal immutable recipient;

    event Swept(address indexed token, uint256 amount);

    error DeadlinePassed(uint256 blockNumber, uint256 deadlineBlock);
    error NoTokenHeld();
    error BidBasisPointsTooHigh(uint256 bidBasisPoints);
    error BidNeedsWeth();
    error GasRateInvalid(uint256 tokenPerEthX96);
    error BalanceShrank(address token, uint256 balanceBefore, uint256 balanceAfter);
    error CoinbasePaymentFailed(address feeRecipient, uint256 bid);
    error ProfitBelowFloor(uint256 profit, uint256 floor);
    error UnexpectedEther(address sender);
    error UnknownFunction(uint256 selector);

    /// @dev What the header says after its fixed part.
    struct Terms {
        uint256 minProfit;
        uint256 bidBasisPoints;
        uint256 bidCapWei;
        uint256 tokenPerEthX96;
    }

    constructor(
        address owner_,
        address recipient_,
        address vault_,
        address poolManager_,
        address weth_,
        address[] memory operators_
    ) Permissions(owner_, operators_) {
        if (recipient_ == address(0) || weth_ == address(0)) {
            revert ZeroAddress();
        }
        recipient = recipient_;
        vault = vault_;
        poolManager = poolManager_;
        weth = weth_;
    }

    /// @dev WETH's withdrawal brings 2 300 gas, so there is no room for more than this.
    receive() external payable {
        if (msg.sender != weth && msg.sender != poolManager) revert UnexpectedEther(msg.sender);
    }

    /// @notice The door of every other call: IArbExecutor for people and their programs, ICallbacks for
    /// lenders and pools. It brings no ether.
    /// @dev Written out because the compiler compares selectors in the order of their values, which
    /// would cost a callback of Uniswap V3 700 gas. The hottest come first here.
    fallback() external {
        uint256 selector = Program.word(0) >> 224;
        if (selector == uint32(ICallbacks.uniswapV3SwapCallback.selector)) return _askedByV3();
        if (selector == uint32(IArbExecutor.execute.selector)) return _answer(_execute());
        if (selector == uint32(ICallbacks.receiveFlashLoan.selector)) return _lentByBalancerV2();
        if (selector == uint32(ICallbacks.onMorphoFlashLoan.selector)) return _lentByMorpho();
        if (selector == uint32(ICallbacks.unlockCallback.selector)) {
            return _answer(32, 32, _unlockedV4());
        }
        if (selector == uint32(ICallbacks.pancakeV3SwapCallback.selector)) return _askedByV3();
        if (selector == uint32(ICallbacks.uniswapV2Call.selector)) return _paidByPair();
        if (selector == uint32(ICallbacks.uniswapV3FlashCallback.selector)) return _lentByV3();
        if (selector == uint32(ICallbacks.executeOperation.selector)) {
            _lentByAave();
            return _answer(1);
        }
        if (selector == uint32(ICallbacks.balancerV3Unlocked.selector)) {
            return _unlockedBalancerV3();
        }
        if (selector == uint32(ICallbacks.pancakeV3FlashCallback.selector)) return _lentByV3();
        if (selector == uint32(ICallbacks.onFlashLoan.selector)) return _answer(_lentByErc3156());
        if (selector == uint32(ICallbacks.hook.selector)) return _paidByPair();
        if (selector == uint32(ICallbacks.pancakeCall.selector)) return _paidByPair();
        _administer(selector);
    }

    function _administer(uint256 selector) private {
        address account = address(uint160(_argument(0)));
        if (selector == uint32(IArbExecutor.sweep.selector)) return sweep(account);
        if (selector == uint32(IArbExecutor.pause.selector)) return pause();
        if (selector == uint32(IArbExecutor.unpause.selector)) return unpause();
        if (selector == uint32(IArbExecutor.addOperator.selector)) return addOperator(account);
        if (selector == uint32(IArbExecutor.removeOperator.selector)) {
            return removeOperator(account);
        }
        if (selector == uint32(IArbExecutor.transferOwnership.selector)) {
            return transferOwnership(account);
        }
        if (selector == uint32(IArbExecutor.acceptOwnership.selector)) return acceptOwnership();
        if (selector == uint32(IArbExecutor.owner.selector)) return _answer(owner);
        if (selector == uint32(IArbExecutor.pendingOwner.selector)) return _answer(pendingOwner);
        if (selector == uint32(IArbExecutor.paused.selector)) return _answer(paused ? 1 : 0);
        if (selector == uint32(IArbExecutor.isOperator.selector)) {
            return _answer(isOperator(account) ? 1 : 0);
        }
        if (selector == uint32(IArbExecutor.operators.selector)) {
            bytes memory list = abi.encode(operators());
            assembly ("memory-safe") {
                return(add(list, 32), mload(list))
            }
        }
        if (selector == uint32(IArbExecutor.recipient.selector)) return _answer(recipient);
        if (selector == uint32(IArbExecutor.weth.selector)) return _answer(weth);
        if (selector == uint32(IArbExecutor.vault.selector)) return _answer(vault);
        if (selector == uint32(IArbExecutor.poolManager.selector)) return _answer(poolManager);
        revert UnknownFunction(selector);
    }

    function _answer(address value) private pure {
        _answer(uint256(uint160(value)));
    }

    function _answer(uint256 value) private pure {
        assembly ("memory-safe") {
            mstore(0, value)
            return(0, 32)
        }
    }

    /// @dev `bytes` of one word: where it begins, its length, itself.
    function _answer(uint256 offset, uint256 length, uint256 value) private pure {
        assembly ("memory-safe") {
            let p := mload(0x40)
            mstore(p, offset)
            mstore(add(p, 32), length)
            mstore(add(p, 64), value)
            return(p, 96)
        }
    }

    /// @notice Runs the program that follows the selector, or reverts without any effect.
    /// @return netProfit raw units of the start token sent to the recipient: gross profit less the
    /// coinbase payment. The gas is paid by the operator, so it is in the floor and not in here.
    function _execute() private returns (uint256 netProfit) {
        uint256 gasAtStart = gasleft();
        Frame memory frame;
        // The selector was there.
        unchecked {
            frame = Frame(4, msg.data.length - 4);
        }
        uint256 deadline = Program.word(4 + Program.DEADLINE) >> 216;
        if (block.number > deadline) revert DeadlinePassed(block.number, deadline);
        _requireTradingAllowed();
        _lock();
        (Terms memory terms, uint256 at) = _readTerms(frame);

        uint256 balances = _noteBalances(frame);
        uint256 etherBefore = address(this).balance;
        _run(frame, at, msg.data.length, 0);
        _settleHeld(frame, balances);
        if (address(this).balance != etherBefore) _settleEther(etherBefore);

        address startToken = Program.token(frame, 0);
        uint256 gross = _surplus(startToken, _noted(balances, 0));
        netProfit = terms.bidBasisPoints == 0 ? gross : gross - _payCoinbase(terms, gross);
        if (netProfit > 0) startToken.safeTransfer(recipient, netProfit);

        // Last of all, so that whatever the coinbase and the recipient made us burn is counted.
        uint256 floor = terms.minProfit + _gasCost(terms, gasAtStart - gasleft());
        if (netProfit < floor) revert ProfitBelowFloor(netProfit, floor);
        _unlock();
    }

    /// @notice Sends all of a token that is here by accident to the recipient.
    /// @param token the zero address means ether
    function sweep(address token) internal onlyOwner {
        uint256 amount;
        if (token == address(0)) {
            amount = address(this).balance;
            _sendEther(amount);
        } else {
            amount = token.balanceHere();
            token.safeTransfer(recipient, amount);
        }
        emit Swept(token, amount);
    }

    function _readTerms(Frame memory frame) private view returns (Terms memory terms, uint256 at) {
        uint256 base = frame.base;
        uint256 tokens = Program.u8(base + Program.TOKEN_COUNT);
        // None, or more than there are.
        unchecked {
            if (Program.u8(base + Program.HELD_COUNT) - 1 >= tokens) revert NoTokenHeld();
            at = base + Program.TOKENS + 20 * tokens;
        }
        (terms.minProfit, at) = Program.number(at);
        (terms.bidCapWei, at) = Program.number(at);
        (terms.tokenPerEthX96, at) = Program.number(at);
        terms.bidBasisPoints = Program.u16(base + Program.BID_BASIS_POINTS);

        uint256 rate = terms.tokenPerEthX96;
        bool startsWithWeth = Program.token(frame, 0) == weth;
        if (startsWithWeth) {
            // WETH's rate is known; nothing written stands for it.
            if (rate != 0 && rate != ONE_X96) revert GasRateInvalid(rate);
            terms.tokenPerEthX96 = ONE_X96;
        } else if (rate == 0) {
            // A rate of nothing would let a trade through that loses its gas.
            revert GasRateInvalid(rate);
        }
        if (terms.bidBasisPoints > BASIS_POINTS_WHOLE) {
            revert BidBasisPointsTooHigh(terms.bidBasisPoints);
        }
        if (terms.bidBasisPoints > 0 && !startsWithWeth) revert BidNeedsWeth();
    }

    /// @dev One word for each token held, in a row; an array of Solidity's would cost twice as much.
    function _noteBalances(Frame memory frame) private view returns (uint256 balances) {
        unchecked {
            uint256 held = Program.u8(frame.base + Program.HELD_COUNT);
            assembly ("memory-safe") {
                balances := mload(0x40)
                mstore(0x40, add(balances, shl(5, held)))
            }
            for (uint256 i = 0; i < held; ++i) {
                uint256 amount = Program.token(frame, i).balanceHere();
                assembly ("memory-safe") {
                    mstore(add(balances, shl(5, i)), amount)
                }
            }
        }
    }

    function _noted(uint256 balances, uint256 index) private pure returns (uint256 amount) {
        assembly ("memory-safe") {
            amount := mload(add(balances, shl(5, index)))
        }
    }

    /// @dev No token held may be fewer than before; what is more, but for one raw unit that keeps
    /// the slot of the balance from being emptied, goes to the recipient.
    function _settleHeld(Frame memory frame, uint256 balances) private {
        unchecked {
            uint256 held = Program.u8(frame.base + Program.HELD_COUNT);
            for (uint256 i = 1; i < held; ++i) {
                address token = Program.token(frame, i);
                uint256 surplus = _surplus(token, _noted(balances, i));
                if (surplus > 0) token.safeTransfer(recipient, surplus);
            }
        }
    }

    function _settleEther(uint256 etherBefore) private {
        uint256 etherAfter = address(this).balance;
        if (etherAfter < etherBefore) revert BalanceShrank(address(0), etherBefore, etherAfter);
        _sendEther(etherAfter - etherBefore);
    }

    function _surplus(address token, uint256 balanceBefore) private view returns (uint256) {
        uint256 balanceAfter = token.balanceHere();
        if (balanceAfter < balanceBefore) revert BalanceShrank(token, balanceBefore, balanceAfter);
        unchecked {
            uint256 kept = balanceBefore == 0 ? 1 : balanceBefore;
            return balanceAfter > kept ? balanceAfter - kept : 0;
        }
    }

    function _sendEther(uint256 amount) private {
        address to = recipient;
        bool sent;
        assembly ("memory-safe") {
            sent := call(gas(), to, amount, 0, 0, 0, 0)
        }
        if (!sent) revert EtherTransferFailed(to, amount);
    }

    /// @inheritdoc Swaps
    function _run(Frame memory frame, uint256 at, uint256 end, uint256 running)
        internal
        override
        returns (uint256)
    {
        while (at < end) {
            uint256 op = Program.u8(at);
            // Swaps below, loans above; in each half the frequent ones first.
            if (op < Program.UNLOCK_V4) {
                if (op == Program.SWAP_V2) (at, running) = _swapV2(frame, at, running);
                else if (op == Program.SWAP_V3) (at, running) = _swapV3(frame, at, running);
                else (at, running) = _runOther(frame, op, at, running);
            } else if (op == Program.LOAN_BALANCER_V2) {
                at = _loanBalancerV2(frame, at, running);
            } else if (op == Program.UNLOCK_V4) {
                (at, running) = _unlockV4(frame, at, running);
            } else {
                if (op > Program.LOAN_ERC3156) revert Program.ProgramMalformed(at - frame.base);
                at = _loan(frame, at, running);
            }
        }
        if (at != end) revert Program.ProgramMalformed(at - frame.base);
        return running;
    }

    function _runOther(Frame memory frame, uint256 op, uint256 at, uint256 running)
        private
        returns (uint256, uint256)
    {
        if (op == Program.SWAP_V4) return _swapV4(frame, at, running);
        if (op == Program.TAKE_V4) return _takeV4(frame, at, running);
        if (op == Program.SETTLE_V4) return _settleV4(frame, at, running);
        if (op == Program.SYNC_V4) return (_syncV4(frame, at), running);
        if (op == Program.SWAP_SOLIDLY) return _swapSolidly(frame, at, running);
        if (op == Program.SWAP_CURVE) return _swapCurve(frame, at, running);
        if (op == Program.SWAP_BALANCER) return _swapBalancer(frame, at, running);
        if (op == Program.BATCH_BALANCER) return _batchBalancer(frame, at, running);
        if (op == Program.WRAP) return _wrap(at, running);
        if (op == Program.UNWRAP) return _unwrap(frame, at, running);
        revert Program.ProgramMalformed(at - frame.base);
    }

    /// @dev The fee recipient may be a contract: it gets all gas we have and finds every door
    /// locked. What it burns is in the floor, what it returns is not copied.
    function _payCoinbase(Terms memory terms, uint256 gross) private returns (uint256 bid) {
        bid = gross * terms.bidBasisPoints / BASIS_POINTS_WHOLE;
        if (bid > terms.bidCapWei) bid = terms.bidCapWei;
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
    function _gasCost(Terms memory terms, uint256 gasMeasured) private view returns (uint256) {
        uint256 costWei;
        // Gas is less than 2^64, and nobody has more wei than fit.
        unchecked {
            uint256 gasUsed = gasMeasured + GAS_INTRINSIC + GAS_UNMEASURED + msg.data.length
                * GAS_PER_CALLDATA_BYTE + Program.u24(4 + Program.EXTRA_GAS);
            costWei = tx.gasprice * gasUsed;
        }
        uint256 costX96 = costWei * terms.tokenPerEthX96;
        return (costX96 + ONE_X96 - 1) / ONE_X96;
    }
}
