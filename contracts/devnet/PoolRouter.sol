// SPDX-License-Identifier: MIT
pragma solidity 0.8.26;

interface IRouterToken {
    function transfer(address to, uint256 amount) external returns (bool);
    function transferFrom(address from, address to, uint256 amount) external returns (bool);
}

interface IRouterV3Pool {
    function token0() external view returns (address);
    function token1() external view returns (address);
    function mint(address owner, int24 lower, int24 upper, uint128 liquidity, bytes calldata data)
        external
        returns (uint256 amount0, uint256 amount1);
    function swap(
        address recipient,
        bool zeroForOne,
        int256 amountSpecified,
        uint160 sqrtPriceLimitX96,
        bytes calldata data
    ) external returns (int256 amount0, int256 amount1);
}

struct V4PoolKey {
    address currency0;
    address currency1;
    uint24 fee;
    int24 tickSpacing;
    address hooks;
}

interface IRouterV4Manager {
    struct ModifyLiquidityParams {
        int24 tickLower;
        int24 tickUpper;
        int256 liquidityDelta;
        bytes32 salt;
    }

    struct SwapParams {
        bool zeroForOne;
        int256 amountSpecified;
        uint160 sqrtPriceLimitX96;
    }

    function unlock(bytes calldata data) external returns (bytes memory);
    function modifyLiquidity(
        V4PoolKey calldata key,
        ModifyLiquidityParams calldata params,
        bytes calldata hookData
    ) external returns (int256 callerDelta, int256 feesAccrued);
    function swap(V4PoolKey calldata key, SwapParams calldata params, bytes calldata hookData)
        external
        returns (int256 delta);
    function sync(address currency) external;
    function settle() external payable returns (uint256);
    function take(address currency, address to, uint256 amount) external;
}

/// @title Provides to and swaps on pools of Uniswap V3 and V4, for the devnet's traders only.
/// @notice Whoever calls pays with tokens allowed to this contract, or with the ether sent along, and receives what
/// comes out. There is no limit on the price: it protects nobody, and trades as somebody who takes any price.
/// Liquidity belongs to this contract and stays where it is put.
contract PoolRouter {
    uint160 private constant PRICE_MIN = 4_295_128_740;
    uint160 private constant PRICE_MAX = 1461446703485210103287273052203988822378723970341;

    IRouterV4Manager public immutable manager;

    // Who pays, and the only contract that may ask for it; both are set during a call and empty otherwise.
    address private _payer;
    address private _pool;

    error AlreadyRunning();
    error NotThePool(address caller);
    error TransferFailed(address token);

    constructor(IRouterV4Manager manager_) {
        manager = manager_;
    }

    /// The manager pays ether out through here.
    receive() external payable {}

    modifier paying(address pool) {
        if (_pool != address(0)) revert AlreadyRunning();
        _payer = msg.sender;
        _pool = pool;
        _;
        _payer = address(0);
        _pool = address(0);
    }

    modifier onlyPool() {
        if (msg.sender != _pool) revert NotThePool(msg.sender);
        _;
    }

    function mintV3(IRouterV3Pool pool, int24 lower, int24 upper, uint128 liquidity)
        external
        paying(address(pool))
    {
        pool.mint(address(this), lower, upper, liquidity, "");
    }

    /// @param amount raw units: positive is paid exactly, negative is received exactly
    function swapV3(IRouterV3Pool pool, bool zeroForOne, int256 amount)
        external
        paying(address(pool))
    {
        pool.swap(msg.sender, zeroForOne, amount, zeroForOne ? PRICE_MIN : PRICE_MAX, "");
    }

    function uniswapV3MintCallback(uint256 amount0, uint256 amount1, bytes calldata)
        external
        onlyPool
    {
        if (amount0 > 0) _pull(IRouterV3Pool(msg.sender).token0(), msg.sender, amount0);
        if (amount1 > 0) _pull(IRouterV3Pool(msg.sender).token1(), msg.sender, amount1);
    }

    function uniswapV3SwapCallback(int256 amount0, int256 amount1, bytes calldata)
        external
        onlyPool
    {
        if (amount0 > 0) {
            _pull(IRouterV3Pool(msg.sender).token0(), msg.sender, uint256(amount0));
        }
        if (amount1 > 0) _pull(IRouterV3Pool(msg.sender).token1(), msg.sender, uint256(amount1));
    }

    function mintV4(V4PoolKey calldata key, int24 lower, int24 upper, uint128 liquidity)
        external
        payable
        paying(address(manager))
    {
        IRouterV4Manager.ModifyLiquidityParams memory params =
            IRouterV4Manager.ModifyLiquidityParams(lower, upper, int256(uint256(liquidity)), 0);
        _unlock(key, abi.encodeCall(IRouterV4Manager.modifyLiquidity, (key, params, "")));
    }

    /// @param amount raw units with the sign of Uniswap V3: positive is paid exactly, negative is received exactly
    function swapV4(V4PoolKey calldata key, bool zeroForOne, int256 amount)
        external
        payable
        paying(address(manager))
    {
        IRouterV4Manager.SwapParams memory params = IRouterV4Manager.SwapParams(
            zeroForOne, -amount, zeroForOne ? PRICE_MIN : PRICE_MAX
        );
        _unlock(key, abi.encodeCall(IRouterV4Manager.swap, (key, params, "")));
    }

    /// Both calls answer with a balance delta in their first word.
    function unlockCallback(bytes calldata data) external onlyPool returns (bytes memory) {
        (address currency0, address currency1, bytes memory call) =
            abi.decode(data, (address, address, bytes));
        (bool done, bytes memory answer) = address(manager).call(call);
        if (!done) {
            assembly ("memory-safe") {
                revert(add(answer, 32), mload(answer))
            }
        }
        int256 delta;
        assembly ("memory-safe") {
            delta := mload(add(answer, 32))
        }
        _settle(currency0, int128(delta >> 128));
        _settle(currency1, int128(delta));
        return "";
    }

    function _unlock(V4PoolKey calldata key, bytes memory call) private {
        manager.unlock(abi.encode(key.currency0, key.currency1, call));
        // What was sent along and not needed.
        uint256 left = address(this).balance;
        if (left > 0) {
            (bool sent,) = msg.sender.call{value: left}("");
            if (!sent) revert TransferFailed(address(0));
        }
    }

    function _settle(address currency, int128 delta) private {
        if (delta > 0) {
            manager.take(currency, _payer, uint128(delta));
        } else if (delta < 0) {
            uint256 owed = uint256(-int256(delta));
            if (currency == address(0)) {
                manager.settle{value: owed}();
            } else {
                manager.sync(currency);
                _pull(currency, address(manager), owed);
                manager.settle();
            }
        }
    }

    function _pull(address token, address to, uint256 amount) private {
        if (!IRouterToken(token).transferFrom(_payer, to, amount)) revert TransferFailed(token);
    }
}
