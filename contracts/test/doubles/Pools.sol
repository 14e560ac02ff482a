// SPDX-License-Identifier: MIT
pragma solidity 0.8.26;

import {IToken} from "./Lenders.sol";

interface IHooked {
    function hook(address sender, uint256 out0, uint256 out1, bytes calldata data) external;
}

/// @dev A pair with the interface, the lock and the formulas of Solidly's (0.01 % of a stable pair,
/// 0.3 % of a volatile one); no package has its bytecode.
contract SolidlyPair {
    address public immutable token0;
    address public immutable token1;
    bool public immutable stable;
    uint256 private immutable _decimals0;
    uint256 private immutable _decimals1;
    uint256 public reserve0;
    uint256 public reserve1;
    bool private _locked;

    constructor(address token0_, address token1_, uint256 d0, uint256 d1, bool stable_) {
        (token0, token1, _decimals0, _decimals1, stable) = (token0_, token1_, d0, d1, stable_);
    }

    function fund() external {
        reserve0 = IToken(token0).balanceOf(address(this));
        reserve1 = IToken(token1).balanceOf(address(this));
    }

    function getAmountOut(uint256 amountIn, address tokenIn) public view returns (uint256) {
        amountIn -= stable ? amountIn / 10_000 : amountIn * 3 / 1_000;
        bool forward = tokenIn == token0;
        (uint256 rIn, uint256 rOut) = forward ? (reserve0, reserve1) : (reserve1, reserve0);
        if (!stable) return amountIn * rOut / (rIn + amountIn);
        (uint256 dIn, uint256 dOut) = forward ? (_decimals0, _decimals1) : (_decimals1, _decimals0);
        uint256 xy = _k(rIn * 1e18 / dIn, rOut * 1e18 / dOut);
        uint256 y = rOut * 1e18 / dOut;
        return (y - _y((rIn + amountIn) * 1e18 / dIn, xy, y)) * dOut / 1e18;
    }

    function swap(uint256 out0, uint256 out1, address to, bytes calldata data) external {
        require(!_locked, "locked");
        _locked = true;
        require(out0 < reserve0 && out1 < reserve1, "IL");
        if (out0 > 0) IToken(token0).transfer(to, out0);
        if (out1 > 0) IToken(token1).transfer(to, out1);
        if (data.length > 0) IHooked(to).hook(msg.sender, out0, out1, data);
        uint256 b0 = IToken(token0).balanceOf(address(this));
        uint256 b1 = IToken(token1).balanceOf(address(this));
        uint256 in0 = b0 > reserve0 - out0 ? b0 - (reserve0 - out0) : 0;
        uint256 in1 = b1 > reserve1 - out1 ? b1 - (reserve1 - out1) : 0;
        require(in0 > 0 || in1 > 0, "IIA");
        uint256 fee0 = stable ? in0 / 10_000 : in0 * 3 / 1_000;
        uint256 fee1 = stable ? in1 / 10_000 : in1 * 3 / 1_000;
        require(_value(b0 - fee0, b1 - fee1) >= _value(reserve0, reserve1), "K");
        (reserve0, reserve1) = (b0, b1);
        _locked = false;
    }

    function _value(uint256 b0, uint256 b1) private view returns (uint256) {
        return stable ? _k(b0 * 1e18 / _decimals0, b1 * 1e18 / _decimals1) : b0 * b1;
    }

    function _k(uint256 x, uint256 y) private pure returns (uint256) {
        return (x * y / 1e18) * (x * x / 1e18 + y * y / 1e18) / 1e18;
    }

    function _y(uint256 x0, uint256 xy, uint256 y) private pure returns (uint256) {
        for (uint256 i = 0; i < 255; ++i) {
            uint256 k =
                x0 * (y * y / 1e18 * y / 1e18) / 1e18 + (x0 * x0 / 1e18 * x0 / 1e18) * y / 1e18;
            uint256 d = 3 * x0 * (y * y / 1e18) / 1e18 + (x0 * x0 / 1e18 * x0 / 1e18);
            uint256 step = k < xy ? (xy - k) * 1e18 / d : (k - xy) * 1e18 / d;
            y = k < xy ? y + step : y - step;
            if (step <= 1) return y;
        }
        return y;
    }
}

/// @dev Two coins, StableSwap's invariant, 0.04 %: the interface and the formula of Curve's pools;
/// no package has their bytecode. `quiet` pools return nothing, as the oldest do; `indexed` ones
/// take uint256 indices, as crypto pools do. Rates make the coins worth the same.
contract CurvePool {
    uint256 private constant A = 200;
    address[2] public coins;
    uint256[2] private _rates; // to 18 decimals and equal worth
    uint256[2] private _balances;
    bool private immutable _quiet;
    bool private immutable _indexed;

    constructor(address[2] memory coins_, uint256[2] memory rates, bool quiet, bool indexed_) {
        (coins, _rates, _quiet, _indexed) = (coins_, rates, quiet, indexed_);
    }

    function fund() external {
        for (uint256 i = 0; i < 2; ++i) {
            _balances[i] = IToken(coins[i]).balanceOf(address(this));
        }
    }

    function get_dy(uint256 i, uint256 j, uint256 dx) public view returns (uint256) {
        uint256[2] memory x = [_balances[0] * _rates[0] / 1e18, _balances[1] * _rates[1] / 1e18];
        uint256 d = _d(x);
        uint256 y = _y(x[i] + dx * _rates[i] / 1e18, d);
        uint256 dy = x[j] - y - 1;
        return (dy - dy * 4 / 10_000) * 1e18 / _rates[j];
    }

    function exchange(int128 i, int128 j, uint256 dx, uint256 least) external {
        require(!_indexed, "no such function");
        _exchange(uint256(int256(i)), uint256(int256(j)), dx, least);
    }

    function exchange(uint256 i, uint256 j, uint256 dx, uint256 least) external {
        require(_indexed, "no such function");
        _exchange(i, j, dx, least);
    }

    function _exchange(uint256 i, uint256 j, uint256 dx, uint256 least) private {
        uint256 dy = get_dy(i, j, dx);
        require(dy >= least, "less");
        IToken(coins[i]).transferFrom(msg.sender, address(this), dx);
        IToken(coins[j]).transfer(msg.sender, dy);
        (_balances[i], _balances[j]) = (_balances[i] + dx, _balances[j] - dy);
        if (_quiet) return;
        assembly {
            mstore(0, dy)
            return(0, 32)
        }
    }

    function _d(uint256[2] memory x) private pure returns (uint256 d) {
        uint256 sum = x[0] + x[1];
        d = sum;
        for (uint256 i = 0; i < 255; ++i) {
            uint256 p = d * d / (x[0] * 2) * d / (x[1] * 2);
            uint256 before = d;
            d = (A * 2 * sum + p * 2) * d / ((A * 2 - 1) * d + 3 * p);
            if (d > before ? d - before <= 1 : before - d <= 1) break;
        }
    }

    function _y(uint256 x, uint256 d) private pure returns (uint256 y) {
        uint256 c = d * d / (x * 2) * d / (A * 4);
        uint256 b = x + d / (A * 2);
        y = d;
        for (uint256 i = 0; i < 255; ++i) {
            uint256 before = y;
            y = (y * y + c) / (2 * y + b - d);
            if (y > before ? y - before <= 1 : before - y <= 1) break;
        }
    }
}
