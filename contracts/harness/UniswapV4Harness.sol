// SPDX-License-Identifier: MIT
pragma solidity 0.8.26;

import {QuoteBatch} from "./QuoteBatch.sol";

struct PoolKey {
    address currency0;
    address currency1;
    uint24 fee;
    int24 tickSpacing;
    address hooks;
}

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

interface IV4PoolManager {
    function unlock(bytes calldata data) external returns (bytes memory);
    function initialize(PoolKey memory key, uint160 sqrtPriceX96) external returns (int24);
    function modifyLiquidity(PoolKey memory key, ModifyLiquidityParams memory params, bytes calldata hookData)
        external
        returns (int256 callerDelta, int256 feesAccrued);
    function swap(PoolKey memory key, SwapParams memory params, bytes calldata hookData)
        external
        returns (int256 delta);
    function sync(address currency) external;
    function settle() external payable returns (uint256);
    function take(address currency, address to, uint256 amount) external;
    function setProtocolFee(PoolKey memory key, uint24 protocolFee) external;
    function extsload(bytes32 slot) external view returns (bytes32);
}

/// Provides, quotes and swaps on pools of Uniswap V4's pool manager; needs ether for those with the native currency.
contract UniswapV4Harness is QuoteBatch {
    /// PoolManager._pools (StateLibrary.POOLS_SLOT) and the offset of Pool.State.liquidity.
    uint256 private constant POOLS_SLOT = 6;
    uint256 private constant LIQUIDITY_OFFSET = 3;

    /// Payments are limited to int128 each (PoolManager._settle).
    uint256 private constant PAYMENT_MAX = 1 << 126;

    IV4PoolManager private immutable _manager;
    PoolKey[] private _keys;

    error NotSelf();

    constructor(IV4PoolManager manager) payable {
        _manager = manager;
    }

    receive() external payable {}

    function add(PoolKey calldata key, uint160 sqrtPriceX96, uint24 protocolFee) external {
        _keys.push(key);
        _manager.initialize(key, sqrtPriceX96);
        if (protocolFee > 0) _manager.setProtocolFee(key, protocolFee);
    }

    function quote(Request[] calldata requests) external returns (Result[] memory) {
        return abi.decode(_manager.unlock(abi.encodeCall(this.quoteUnlocked, (requests))), (Result[]));
    }

    function swap(Request calldata r) external {
        _manager.unlock(abi.encodeCall(this.swapUnlocked, (r)));
    }

    function mint(uint256 pool, Range[] calldata ranges) external {
        _manager.unlock(abi.encodeCall(this.mintUnlocked, (pool, ranges)));
    }

    function state(uint256 pool) external view returns (uint160 sqrtPriceX96, int24 tick, uint128 liquidity) {
        return _state(_keys[pool]);
    }

    /// Whatever was asked for before unlocking, as the caller asked it.
    function unlockCallback(bytes calldata data) external returns (bytes memory) {
        (bool done, bytes memory answer) = address(this).call(data);
        if (!done) {
            assembly ("memory-safe") {
                revert(add(answer, 32), mload(answer))
            }
        }
        return answer;
    }

    function quoteUnlocked(Request[] calldata requests) external returns (Result[] memory results) {
        results = new Result[](requests.length);
        for (uint256 i = 0; i < requests.length; i++) {
            try this.swapAndUndo(requests[i]) {
                revert("a quote was not undone");
            } catch (bytes memory reason) {
                results[i] = _resultOf(reason);
            }
        }
    }

    function swapAndUndo(Request calldata r) external {
        PoolKey memory key = _keys[r.pool];
        (int128 amount0, int128 amount1) = _swap(key, r);
        (uint160 sqrtPriceX96, int24 tick, uint128 liquidity) = _state(key);
        revert Quoted(-int256(amount0), -int256(amount1), sqrtPriceX96, tick, liquidity);
    }

    function swapUnlocked(Request calldata r) external {
        if (msg.sender != address(this)) revert NotSelf();
        PoolKey memory key = _keys[r.pool];
        (int128 amount0, int128 amount1) = _swap(key, r);
        _settle(key.currency0, amount0);
        _settle(key.currency1, amount1);
    }

    function mintUnlocked(uint256 pool, Range[] calldata ranges) external {
        if (msg.sender != address(this)) revert NotSelf();
        PoolKey memory key = _keys[pool];
        for (uint256 i = 0; i < ranges.length; i++) {
            (int256 delta,) = _manager.modifyLiquidity(
                key,
                ModifyLiquidityParams(ranges[i].lower, ranges[i].upper, int256(uint256(ranges[i].liquidity)), 0),
                ""
            );
            (int128 amount0, int128 amount1) = _amounts(delta);
            _settle(key.currency0, amount0);
            _settle(key.currency1, amount1);
        }
    }

    /// V4's sign of the amount specified is the opposite of V3's.
    function _swap(PoolKey memory key, Request calldata r) private returns (int128, int128) {
        return _amounts(_manager.swap(key, SwapParams(r.zeroForOne, -r.amountSpecified, r.sqrtPriceLimitX96), ""));
    }

    function _settle(address currency, int128 delta) private {
        if (delta > 0) {
            _manager.take(currency, address(this), uint128(delta));
            return;
        }
        uint256 owed = uint256(-int256(delta));
        while (owed > 0) {
            uint256 payment = owed < PAYMENT_MAX ? owed : PAYMENT_MAX;
            if (currency == address(0)) {
                _manager.settle{value: payment}();
            } else {
                _manager.sync(currency);
                _pay(currency, address(_manager), payment);
                _manager.settle();
            }
            owed -= payment;
        }
    }

    function _state(PoolKey memory key) private view returns (uint160 sqrtPriceX96, int24 tick, uint128 liquidity) {
        bytes32 slot = keccak256(abi.encode(keccak256(abi.encode(key)), POOLS_SLOT));
        uint256 slot0 = uint256(_manager.extsload(slot));
        sqrtPriceX96 = uint160(slot0);
        tick = int24(uint24(slot0 >> 160));
        liquidity = uint128(uint256(_manager.extsload(bytes32(uint256(slot) + LIQUIDITY_OFFSET))));
    }

    function _amounts(int256 delta) private pure returns (int128 amount0, int128 amount1) {
        amount0 = int128(delta >> 128);
        amount1 = int128(delta);
    }
}
