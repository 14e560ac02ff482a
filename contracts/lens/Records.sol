// SPDX-License-Identifier: MIT
pragma solidity 0.8.26;

import {Scratch} from "./Scratch.sol";

/// @title Words of the lens's answer. The first word of a record is kind << 248 | pool index << 224 | content.
library Records {
    uint256 internal constant CONSTANT_PRODUCT = 1;
    uint256 internal constant UNISWAP_V3 = 2;
    uint256 internal constant UNISWAP_V4 = 3;
    uint256 internal constant BALANCER_WEIGHTED = 4;
    uint256 internal constant BALANCER_STABLE = 5;
    uint256 internal constant CURVE_STABLE_SWAP = 6;
    uint256 internal constant SOLIDLY_STABLE = 7;
    uint256 internal constant SOLIDLY_VOLATILE = 8;
    uint256 internal constant TICK = 128;
    uint256 internal constant UNREADABLE = 255;

    /// @dev Position of a pool that is not begun.
    int256 internal constant START = type(int256).min;

    function head(uint256 kind, uint256 index) internal pure returns (uint256) {
        return (kind << 248) | (index << 224);
    }

    /// @param reason 1: no answer of the expected length, 2: a value out of its range
    function unreadable(uint256 out, uint256 index, uint256 reason)
        internal
        pure
        returns (uint256)
    {
        return Scratch.put(out, head(UNREADABLE, index) | reason);
    }
}
