// SPDX-License-Identifier: MIT
pragma solidity 0.8.26;

interface ISolidlyToken {
    function decimals() external view returns (uint8);
    function balanceOf(address account) external view returns (uint256);
    function transfer(address to, uint256 amount) external returns (bool);
}

/// @title Fees as Velodrome V1's factory keeps them: by kind, changed without an event.
contract SolidlyFees {
    mapping(bool stable => uint256 basisPoints) public getFee;

    constructor() {
        getFee[true] = 2;
        getFee[false] = 20;
    }

    function setFee(bool stable, uint256 basisPoints) external {
        getFee[stable] = basisPoints;
    }
}

/// @title A pair by the published rules of Solidly with Velodrome V1's fee, for tests.
/// @notice No package has the bytecode. `setDeviation` makes it another contract by so many wei.
contract SolidlyPair {
    event Sync(uint256 reserve0, uint256 reserve1);

    address public immutable token0;
    address public immutable token1;
    bool public immutable stable;
    SolidlyFees public immutable factory;
    uint256 private immutable _decimals0;
    uint256 private immutable _decimals1;
    uint256 private _reserve0;
    uint256 private _reserve1;
    uint256 private _deviation;

    constructor(address token0_, address token1_, bool stable_, SolidlyFees factory_) {
        (token0, token1, stable, factory) = (token0_, token1_, stable_, factory_);
        _decimals0 = 10 ** ISolidlyToken(token0_).decimals();
        _decimals1 = 10 ** ISolidlyToken(token1_).decimals();
    }

    function setDeviation(uint256 wei_) external {
        _deviation = wei_;
    }

    function getReserves() external view returns (uint256, uint256, uint256) {
        return (_reserve0, _reserve1, block.timestamp);
    }

    function sync() external {
        _update(ISolidlyToken(token0).balanceOf(address(this)), ISolidlyToken(token1).balanceOf(address(this)));
    }

    function getAmountOut(uint256 amountIn, address tokenIn) public view returns (uint256) {
        amountIn -= amountIn * factory.getFee(stable) / 10_000;
        (uint256 r0, uint256 r1) = (_reserve0, _reserve1);
        if (!stable) {
            (uint256 rIn, uint256 rOut) = tokenIn == token0 ? (r0, r1) : (r1, r0);
            return amountIn * rOut / (rIn + amountIn) + _deviation;
        }
        uint256 xy = _k(r0, r1);
        r0 = r0 * 1e18 / _decimals0;
        r1 = r1 * 1e18 / _decimals1;
        (uint256 a, uint256 b) = tokenIn == token0 ? (r0, r1) : (r1, r0);
        amountIn = tokenIn == token0 ? amountIn * 1e18 / _decimals0 : amountIn * 1e18 / _decimals1;
        uint256 y = b - _getY(amountIn + a, xy, b);
        return y * (tokenIn == token0 ? _decimals1 : _decimals0) / 1e18 + _deviation;
    }

    /// @dev What router and pair do together: quote, take the amount, send the fee away, check k.
    function swapFor(uint256 amount0Out, uint256 amount1Out, address to) external {
        if (amount0Out > 0) ISolidlyToken(token0).transfer(to, amount0Out);
        if (amount1Out > 0) ISolidlyToken(token1).transfer(to, amount1Out);
        uint256 balance0 = ISolidlyToken(token0).balanceOf(address(this));
        uint256 balance1 = ISolidlyToken(token1).balanceOf(address(this));
        uint256 in0 = balance0 > _reserve0 - amount0Out ? balance0 - (_reserve0 - amount0Out) : 0;
        uint256 in1 = balance1 > _reserve1 - amount1Out ? balance1 - (_reserve1 - amount1Out) : 0;
        uint256 rate = factory.getFee(stable);
        if (in0 > 0) ISolidlyToken(token0).transfer(address(factory), in0 * rate / 10_000);
        if (in1 > 0) ISolidlyToken(token1).transfer(address(factory), in1 * rate / 10_000);
        balance0 = ISolidlyToken(token0).balanceOf(address(this));
        balance1 = ISolidlyToken(token1).balanceOf(address(this));
        require(_k(balance0, balance1) >= _k(_reserve0, _reserve1), "K");
        _update(balance0, balance1);
    }

    function _update(uint256 balance0, uint256 balance1) private {
        (_reserve0, _reserve1) = (balance0, balance1);
        emit Sync(balance0, balance1);
    }

    function _k(uint256 x, uint256 y) private view returns (uint256) {
        if (!stable) return x * y;
        uint256 _x = x * 1e18 / _decimals0;
        uint256 _y = y * 1e18 / _decimals1;
        uint256 a = (_x * _y) / 1e18;
        uint256 b = ((_x * _x) / 1e18 + (_y * _y) / 1e18);
        return a * b / 1e18;
    }

    function _f(uint256 x0, uint256 y) private pure returns (uint256) {
        return x0 * (y * y / 1e18 * y / 1e18) / 1e18 + (x0 * x0 / 1e18 * x0 / 1e18) * y / 1e18;
    }

    function _d(uint256 x0, uint256 y) private pure returns (uint256) {
        return 3 * x0 * (y * y / 1e18) / 1e18 + (x0 * x0 / 1e18 * x0 / 1e18);
    }

    function _getY(uint256 x0, uint256 xy, uint256 y) private pure returns (uint256) {
        for (uint256 i; i < 255; i++) {
            uint256 before = y;
            uint256 k = _f(x0, y);
            if (k < xy) y += (xy - k) * 1e18 / _d(x0, y);
            else y -= (k - xy) * 1e18 / _d(x0, y);
            if ((y > before ? y - before : before - y) <= 1) return y;
        }
        return y;
    }
}
