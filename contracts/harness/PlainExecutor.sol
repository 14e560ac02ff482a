// SPDX-License-Identifier: MIT
pragma solidity 0.8.26;

interface IPlainToken {
    function balanceOf(address account) external view returns (uint256);
    function transfer(address to, uint256 amount) external returns (bool);
    function approve(address spender, uint256 amount) external returns (bool);
    function withdraw(uint256 amount) external;
}

interface IPlainPair {
    function getReserves() external view returns (uint112, uint112, uint32);
    function swap(uint256 out0, uint256 out1, address to, bytes calldata data) external;
}

interface IPlainV3 {
    function swap(address to, bool zeroForOne, int256 amount, uint160 limit, bytes calldata data)
        external
        returns (int256, int256);
    function flash(address to, uint256 amount0, uint256 amount1, bytes calldata data) external;
}

interface IPlainLender {
    function flashLoan(address to, address[] calldata, uint256[] calldata, bytes calldata) external;
    function flashLoan(address token, uint256 assets, bytes calldata data) external;
    function flashLoanSimple(address, address, uint256, bytes calldata, uint16) external;
}

/// @title The executor that most people would write: one ABI-encoded struct, every token through
/// its own balance, the usual guards. The gas table of README.md measures ours beside it.
contract PlainExecutor {
    struct Leg {
        uint8 kind; // 0: V2, 1: V3
        address pool;
        address tokenIn;
        address tokenOut;
        bool zeroForOne;
        uint24 feePips;
    }

    struct Plan {
        uint8 lender; // 0: Balancer V2, 1: Morpho, 2: Aave V3, 3: V3 flash
        address lenderAddress;
        bool lenderToken0;
        address token;
        uint256 amount;
        Leg[] legs;
        uint256 minProfit;
        uint256 bidBasisPoints;
        uint256 deadlineBlock;
    }

    uint160 private constant LEAST = 4295128740;
    uint160 private constant MOST = 1461446703485210103287273052203988822378723970341;

    mapping(address account => bool) public isOperator;
    address public immutable recipient;
    address public immutable weth;
    bool public paused;
    address private _expected;
    uint256 private _entered = 1;

    /// @dev As OpenZeppelin's ReentrancyGuard does it.
    modifier nonReentrant() {
        require(_entered == 1, "reentered");
        _entered = 2;
        _;
        _entered = 1;
    }

    error Forbidden();
    error Unprofitable(uint256 profit);

    constructor(address operator, address recipient_, address weth_) {
        isOperator[operator] = true;
        (recipient, weth) = (recipient_, weth_);
    }

    receive() external payable {}

    function run(Plan calldata plan) external nonReentrant {
        if (!isOperator[msg.sender] || paused || block.number > plan.deadlineBlock) {
            revert Forbidden();
        }
        uint256 before = IPlainToken(plan.token).balanceOf(address(this));
        _expected = plan.lenderAddress;
        bytes memory data = abi.encode(plan);
        if (plan.lender == 0) {
            address[] memory tokens = new address[](1);
            uint256[] memory amounts = new uint256[](1);
            (tokens[0], amounts[0]) = (plan.token, plan.amount);
            IPlainLender(plan.lenderAddress).flashLoan(address(this), tokens, amounts, data);
        } else if (plan.lender == 1) {
            IPlainLender(plan.lenderAddress).flashLoan(plan.token, plan.amount, data);
        } else if (plan.lender == 2) {
            IPlainLender(plan.lenderAddress)
                .flashLoanSimple(address(this), plan.token, plan.amount, data, 0);
        } else {
            (uint256 a0, uint256 a1) =
                plan.lenderToken0 ? (plan.amount, uint256(0)) : (uint256(0), plan.amount);
            IPlainV3(plan.lenderAddress).flash(address(this), a0, a1, data);
        }
        _expected = address(0);
        uint256 profit = IPlainToken(plan.token).balanceOf(address(this)) - before;
        uint256 bid = profit * plan.bidBasisPoints / 10_000;
        if (bid > 0) {
            IPlainToken(weth).withdraw(bid);
            (bool paid,) = block.coinbase.call{value: bid}("");
            require(paid, "bid");
        }
        if (profit - bid < plan.minProfit) revert Unprofitable(profit - bid);
        IPlainToken(plan.token).transfer(recipient, profit - bid);
    }

    function receiveFlashLoan(
        address[] calldata,
        uint256[] calldata,
        uint256[] calldata fees,
        bytes calldata data
    ) external {
        Plan memory plan = _trade(data);
        IPlainToken(plan.token).transfer(msg.sender, plan.amount + fees[0]);
    }

    function onMorphoFlashLoan(uint256, bytes calldata data) external {
        Plan memory plan = _trade(data);
        IPlainToken(plan.token).approve(msg.sender, plan.amount);
    }

    function executeOperation(address, uint256, uint256 premium, address, bytes calldata data)
        external
        returns (bool)
    {
        Plan memory plan = _trade(data);
        IPlainToken(plan.token).approve(msg.sender, plan.amount + premium);
        return true;
    }

    function uniswapV3FlashCallback(uint256 fee0, uint256 fee1, bytes calldata data) external {
        Plan memory plan = _trade(data);
        IPlainToken(plan.token)
            .transfer(msg.sender, plan.amount + (plan.lenderToken0 ? fee0 : fee1));
    }

    function uniswapV3SwapCallback(int256 delta0, int256 delta1, bytes calldata data) external {
        (address pool, address tokenIn) = abi.decode(data, (address, address));
        if (msg.sender != pool) revert Forbidden();
        IPlainToken(tokenIn).transfer(pool, uint256(delta0 > 0 ? delta0 : delta1));
    }

    function _trade(bytes calldata data) private returns (Plan memory plan) {
        if (msg.sender != _expected) revert Forbidden();
        plan = abi.decode(data, (Plan));
        uint256 amount = plan.amount;
        for (uint256 i = 0; i < plan.legs.length; ++i) {
            Leg memory leg = plan.legs[i];
            amount = leg.kind == 0 ? _v2(leg, amount) : _v3(leg, amount);
        }
    }

    function _v2(Leg memory leg, uint256 amount) private returns (uint256 out) {
        IPlainToken(leg.tokenIn).transfer(leg.pool, amount);
        (uint256 r0, uint256 r1,) = IPlainPair(leg.pool).getReserves();
        (uint256 rIn, uint256 rOut) = leg.zeroForOne ? (r0, r1) : (r1, r0);
        uint256 kept = amount * (1_000_000 - leg.feePips);
        out = kept * rOut / (rIn * 1_000_000 + kept);
        (uint256 out0, uint256 out1) = leg.zeroForOne ? (uint256(0), out) : (out, uint256(0));
        IPlainPair(leg.pool).swap(out0, out1, address(this), "");
    }

    function _v3(Leg memory leg, uint256 amount) private returns (uint256) {
        (int256 d0, int256 d1) = IPlainV3(leg.pool)
            .swap(
                address(this),
                leg.zeroForOne,
                int256(amount),
                leg.zeroForOne ? LEAST : MOST,
                abi.encode(leg.pool, leg.tokenIn)
            );
        return uint256(-(leg.zeroForOne ? d1 : d0));
    }
}
