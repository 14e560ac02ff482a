// SPDX-License-Identifier: MIT
pragma solidity 0.8.26;

import {QuoteBatch} from "./QuoteBatch.sol";

interface IV3Pool {
    function token0() external view returns (address);
    function token1() external view returns (address);
    function liquidity() external view returns (uint128);
    function mint(address recipient, int24 lower, int24 upper, uint128 amount, bytes calldata data)
        external
        returns (uint256, uint256);
    function swap(
        address recipient,
        bool zeroForOne,
        int256 amountSpecified,
        uint160 sqrtPriceLimitX96,
        bytes calldata data
    ) external returns (int256, int256);
}

/// Provides, quotes and swaps on pools of the Uniswap V3 kind, among them Pancake V3's.
contract UniswapV3Harness is QuoteBatch {
    IV3Pool[] private _pools;

    function add(IV3Pool pool) external {
        _pools.push(pool);
    }

    function quote(Request[] calldata requests) external returns (Result[] memory results) {
        results = new Result[](requests.length);
        for (uint256 i = 0; i < requests.length; i++) {
            Request calldata r = requests[i];
            try _pools[r.pool].swap(address(this), r.zeroForOne, r.amountSpecified, r.sqrtPriceLimitX96, "quote") {
                revert("a quote was not undone");
            } catch (bytes memory reason) {
                results[i] = _resultOf(reason);
            }
        }
    }

    function swap(Request calldata r) external {
        _pools[r.pool].swap(address(this), r.zeroForOne, r.amountSpecified, r.sqrtPriceLimitX96, "");
    }

    function mint(uint256 pool, Range[] calldata ranges) external {
        for (uint256 i = 0; i < ranges.length; i++) {
            _pools[pool].mint(address(this), ranges[i].lower, ranges[i].upper, ranges[i].liquidity, "");
        }
    }

    function state(uint256 pool) external view returns (uint160 sqrtPriceX96, int24 tick, uint128 liquidity) {
        (sqrtPriceX96, tick) = _slot0(_pools[pool]);
        liquidity = _pools[pool].liquidity();
    }

    function uniswapV3MintCallback(uint256 amount0, uint256 amount1, bytes calldata) external {
        _payBoth(amount0, amount1);
    }

    function pancakeV3MintCallback(uint256 amount0, uint256 amount1, bytes calldata) external {
        _payBoth(amount0, amount1);
    }

    function uniswapV3SwapCallback(int256 amount0, int256 amount1, bytes calldata data) external {
        _swapped(amount0, amount1, data);
    }

    function pancakeV3SwapCallback(int256 amount0, int256 amount1, bytes calldata data) external {
        _swapped(amount0, amount1, data);
    }

    function _swapped(int256 amount0, int256 amount1, bytes calldata data) private {
        if (data.length != 0) {
            // The pool stores its new state before it asks to be paid.
            (uint160 sqrtPriceX96, int24 tick) = _slot0(IV3Pool(msg.sender));
            revert Quoted(amount0, amount1, sqrtPriceX96, tick, IV3Pool(msg.sender).liquidity());
        }
        _payBoth(amount0 > 0 ? uint256(amount0) : 0, amount1 > 0 ? uint256(amount1) : 0);
    }

    function _payBoth(uint256 amount0, uint256 amount1) private {
        if (amount0 > 0) _pay(IV3Pool(msg.sender).token0(), msg.sender, amount0);
        if (amount1 > 0) _pay(IV3Pool(msg.sender).token1(), msg.sender, amount1);
    }

    /// The forks' slot0 differ only behind these two.
    function _slot0(IV3Pool pool) private view returns (uint160 sqrtPriceX96, int24 tick) {
        (, bytes memory answer) = address(pool).staticcall(abi.encodeWithSignature("slot0()"));
        (sqrtPriceX96, tick) = abi.decode(answer, (uint160, int24));
    }
}
