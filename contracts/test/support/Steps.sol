// SPDX-License-Identifier: MIT
pragma solidity 0.8.26;

import {Program} from "../../src/Program.sol";

/// @dev Builds programs as README.md describes them, written apart from the contract's reader.
library Steps {
    struct Header {
        uint256 deadline;
        uint256 bidBasisPoints;
        uint256 extraGas;
        address[] tokens;
        uint256 held;
        uint256 minProfit;
        uint256 bidCapWei;
        uint256 rateX96;
    }

    function header(Header memory h) internal pure returns (bytes memory out) {
        out = abi.encodePacked(
            uint40(h.deadline),
            uint16(h.bidBasisPoints),
            uint24(h.extraGas),
            uint8(h.tokens.length),
            uint8(h.held)
        );
        for (uint256 i = 0; i < h.tokens.length; ++i) {
            out = bytes.concat(out, bytes20(h.tokens[i]));
        }
        return bytes.concat(out, number(h.minProfit), number(h.bidCapWei), number(h.rateX96));
    }

    function number(uint256 value) internal pure returns (bytes memory digits) {
        for (uint256 rest = value; rest > 0; rest >>= 8) {
            digits = bytes.concat(bytes1(uint8(rest)), digits);
        }
        return bytes.concat(bytes1(uint8(digits.length)), digits);
    }

    /// @dev An amount of zero stands for the running one.
    function _amount(uint256 flags, uint256 value) private pure returns (bytes1, bytes memory) {
        if (value == 0) return (bytes1(uint8(flags)), "");
        return (bytes1(uint8(flags | Program.AMOUNT_EXPLICIT)), number(value));
    }

    function _inner(bytes memory inner) private pure returns (bytes memory) {
        return bytes.concat(bytes2(uint16(inner.length)), inner);
    }

    function swapV2(uint256 flags, address pair, uint24 fee, uint8 tokenIn, uint256 value)
        internal
        pure
        returns (bytes memory)
    {
        (bytes1 f, bytes memory a) = _amount(flags, value);
        return abi.encodePacked(uint8(Program.SWAP_V2), f, pair, fee, tokenIn, a);
    }

    function swapSolidly(uint256 flags, address pair, uint8 tokenIn, uint256 value)
        internal
        pure
        returns (bytes memory)
    {
        (bytes1 f, bytes memory a) = _amount(flags, value);
        return abi.encodePacked(uint8(Program.SWAP_SOLIDLY), f, pair, tokenIn, a);
    }

    function swapV3(uint256 flags, address pool, uint8 tokenIn, uint256 value)
        internal
        pure
        returns (bytes memory)
    {
        (bytes1 f, bytes memory a) = _amount(flags, value);
        return abi.encodePacked(uint8(Program.SWAP_V3), f, pool, tokenIn, a);
    }

    /// @dev Turns a swap into one whose payment is made by what happens inside.
    function nest(bytes memory step, bytes memory inner) internal pure returns (bytes memory) {
        step[1] = bytes1(uint8(uint8(step[1]) | Program.NESTED));
        return bytes.concat(step, _inner(inner));
    }

    function swapV4(
        uint256 flags,
        uint8 currency0,
        uint8 currency1,
        uint24 fee,
        int24 spacing,
        uint256 value
    ) internal pure returns (bytes memory) {
        (bytes1 f, bytes memory a) = _amount(flags, value);
        return abi.encodePacked(uint8(Program.SWAP_V4), f, currency0, currency1, fee, spacing, a);
    }

    function take(uint256 flags, uint8 token, uint256 value) internal pure returns (bytes memory) {
        (bytes1 f, bytes memory a) = _amount(flags, value);
        return abi.encodePacked(uint8(Program.TAKE_V4), f, token, a);
    }

    function sync(uint8 token) internal pure returns (bytes memory) {
        return abi.encodePacked(uint8(Program.SYNC_V4), uint8(0), token);
    }

    function settle(uint256 flags, uint8 token, uint256 value)
        internal
        pure
        returns (bytes memory)
    {
        (bytes1 f, bytes memory a) = _amount(flags, value);
        return abi.encodePacked(uint8(Program.SETTLE_V4), f, token, a);
    }

    function unlock(bytes memory inner) internal pure returns (bytes memory) {
        return abi.encodePacked(uint8(Program.UNLOCK_V4), uint8(0), _inner(inner));
    }

    function swapBalancer(
        uint256 flags,
        uint8 tokenIn,
        uint8 tokenOut,
        bytes32 poolId,
        uint256 value
    ) internal pure returns (bytes memory) {
        (bytes1 f, bytes memory a) = _amount(flags, value);
        return abi.encodePacked(uint8(Program.SWAP_BALANCER), f, tokenIn, tokenOut, poolId, a);
    }

    function batchBalancer(
        uint256 flags,
        uint8 tokenIn,
        uint8[] memory tokensOut,
        bytes32[] memory poolIds,
        uint256 value
    ) internal pure returns (bytes memory out) {
        (bytes1 f, bytes memory a) = _amount(flags, value);
        uint8 count = uint8(poolIds.length);
        out = abi.encodePacked(uint8(Program.BATCH_BALANCER), f, count, tokenIn, a);
        for (uint256 i = 0; i < poolIds.length; ++i) {
            out = abi.encodePacked(out, tokensOut[i], poolIds[i]);
        }
    }

    function swapCurve(
        uint256 flags,
        address pool,
        uint8 tokenIn,
        uint8 tokenOut,
        uint8 i,
        uint8 j,
        uint256 value
    ) internal pure returns (bytes memory) {
        (bytes1 f, bytes memory a) = _amount(flags, value);
        return abi.encodePacked(uint8(Program.SWAP_CURVE), f, pool, tokenIn, tokenOut, i, j, a);
    }

    function wrap(uint256 value) internal pure returns (bytes memory) {
        (bytes1 f, bytes memory a) = _amount(0, value);
        return abi.encodePacked(uint8(Program.WRAP), f, a);
    }

    function unwrap(uint8 token, uint256 value) internal pure returns (bytes memory) {
        (bytes1 f, bytes memory a) = _amount(0, value);
        return abi.encodePacked(uint8(Program.UNWRAP), f, token, a);
    }

    function loanBalancerV2(uint8 token, uint256 value, bytes memory inner)
        internal
        pure
        returns (bytes memory)
    {
        (bytes1 f, bytes memory a) = _amount(0, value);
        return abi.encodePacked(uint8(Program.LOAN_BALANCER_V2), f, token, a, _inner(inner));
    }

    /// @dev Every lender but Balancer V2 and V4, which are fixed, and V2, which has a fee.
    function loan(
        uint256 kind,
        uint256 flags,
        address lender,
        uint8 token,
        uint256 value,
        bytes memory inner
    ) internal pure returns (bytes memory) {
        (bytes1 f, bytes memory a) = _amount(flags, value);
        return abi.encodePacked(uint8(kind), f, lender, token, a, _inner(inner));
    }

    function loanV2(
        uint256 flags,
        address pair,
        uint8 token,
        uint24 fee,
        uint256 value,
        bytes memory inner
    ) internal pure returns (bytes memory) {
        (bytes1 f, bytes memory a) = _amount(flags, value);
        return abi.encodePacked(uint8(Program.LOAN_V2), f, pair, token, fee, a, _inner(inner));
    }
}
