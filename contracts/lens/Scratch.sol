// SPDX-License-Identifier: MIT
pragma solidity 0.8.26;

/// @title Static calls with all memory in one fixed place, and an output that only grows.
/// @notice Memory costs by the square of its size, so the lens allocates nothing but what it answers.
library Scratch {
    /// @dev Room for calldata.
    uint256 private constant ANSWER = 0x100;
    /// @dev Room for an answer; Balancer's longest, for 50 tokens, has 3,360 bytes.
    uint256 private constant ANSWER_BYTES = 0xe00;
    /// @dev Most gas for one call: a hostile pool may burn this much and no more.
    uint256 private constant CALL_GAS = 400_000;

    function reserve() internal pure returns (uint256 scratch, uint256 out) {
        assembly ("memory-safe") {
            scratch := mload(0x40)
            out := add(add(scratch, ANSWER), ANSWER_BYTES)
            // Nothing else is allocated after this: all memory above is output.
            mstore(0x40, add(out, 0x10000000))
        }
    }

    /// @param selector left-aligned
    function ask(uint256 scratch, address target, bytes4 selector, uint256 least)
        internal
        view
        returns (bool)
    {
        assembly ("memory-safe") {
            mstore(scratch, selector)
        }
        return _call(scratch, target, 4, least);
    }

    function ask(uint256 scratch, address target, bytes4 selector, uint256 argument, uint256 least)
        internal
        view
        returns (bool)
    {
        assembly ("memory-safe") {
            mstore(scratch, selector)
            mstore(add(scratch, 4), argument)
        }
        return _call(scratch, target, 36, least);
    }

    function ask(
        uint256 scratch,
        address target,
        bytes4 selector,
        uint256 first,
        uint256 second,
        uint256 least
    ) internal view returns (bool) {
        assembly ("memory-safe") {
            mstore(scratch, selector)
            mstore(add(scratch, 4), first)
            mstore(add(scratch, 36), second)
        }
        return _call(scratch, target, 68, least);
    }

    /// @return value word `position` of the last answer
    function word(uint256 scratch, uint256 position) internal pure returns (uint256 value) {
        assembly ("memory-safe") {
            value := mload(add(add(scratch, ANSWER), shl(5, position)))
        }
    }

    function put(uint256 out, uint256 value) internal pure returns (uint256 next) {
        assembly ("memory-safe") {
            mstore(out, value)
            next := add(out, 0x20)
        }
    }

    function _call(uint256 scratch, address target, uint256 length, uint256 least)
        private
        view
        returns (bool ok)
    {
        assembly ("memory-safe") {
            ok := staticcall(CALL_GAS, target, scratch, length, add(scratch, ANSWER), ANSWER_BYTES)
            ok := and(ok, iszero(lt(returndatasize(), least)))
        }
    }
}
