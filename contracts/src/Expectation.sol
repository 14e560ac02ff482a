// SPDX-License-Identifier: MIT
pragma solidity 0.8.26;

import {Frame} from "./Program.sol";

/// @title One transient word that says who may enter next.
/// @notice 0: anyone with a role, nothing runs. 1: nobody, a function that changes state runs. Any
/// other value: exactly one callback, with exactly one caller and data, whose hash this is.
/// @dev The lock and the expected callback share the word on purpose: while a callback is awaited
/// the lock is closed too, and a callback that came leaves a closed lock behind. Only `execute`
/// and the owner's functions open it, at their end.
abstract contract Expectation {
    uint256 private constant STATE_SLOT = 0;
    uint256 private constant IDLE = 0;
    uint256 private constant BUSY = 1;

    error Reentered();
    error UnexpectedCallback();
    error CallbackMissing(address expected);

    function _lock() internal {
        uint256 state;
        assembly ("memory-safe") {
            state := tload(STATE_SLOT)
        }
        if (state != IDLE) revert Reentered();
        assembly ("memory-safe") {
            tstore(STATE_SLOT, BUSY)
        }
    }

    function _unlock() internal {
        assembly ("memory-safe") {
            tstore(STATE_SLOT, IDLE)
        }
    }

    /// @dev Makes the data of a call to `from`, and expects one callback from there that brings the
    /// same data back: an amount, two positions, and the whole program.
    function _announce(
        Frame memory frame,
        address from,
        uint256 amount,
        uint256 step,
        uint256 inner
    ) internal returns (bytes memory data) {
        assembly ("memory-safe") {
            data := mload(0x40)
            let base := mload(frame)
            let length := mload(add(frame, 0x20))
            let size := add(length, 64)
            mstore(add(data, 32), amount)
            mstore(add(data, 64), or(shl(128, sub(step, base)), sub(inner, base)))
            calldatacopy(add(data, 96), base, length)
            // The word of the length holds the caller while caller and data are hashed as one.
            mstore(data, from)
            tstore(STATE_SLOT, keccak256(data, add(size, 32)))
            mstore(data, size)
            mstore(0x40, and(add(add(data, size), 63), not(31)))
        }
    }

    /// @dev After the call: a callback that never came must not stay expected.
    function _requireCalledBack(address from) internal view {
        uint256 state;
        assembly ("memory-safe") {
            state := tload(STATE_SLOT)
        }
        if (state != BUSY) revert CallbackMissing(from);
    }

    /// @dev Argument number `index` of the callback that runs.
    function _argument(uint256 index) internal pure returns (uint256 value) {
        assembly ("memory-safe") {
            value := calldataload(add(4, shl(5, index)))
        }
    }

    /// @dev True once for the caller and data announced; then the lock alone is left. The data are
    /// argument number `index`. Where they lie is the caller's word, but whatever lies there must
    /// hash to what was announced, so nothing else about the calldata's shape is trusted or needed.
    function _accept(uint256 index)
        internal
        returns (Frame memory frame, uint256 amount, uint256 step, uint256 inner)
    {
        bool expected;
        uint256 at;
        uint256 length;
        assembly ("memory-safe") {
            at := add(36, calldataload(add(4, shl(5, index))))
            length := calldataload(sub(at, 32))
            let p := mload(0x40)
            mstore(p, caller())
            calldatacopy(add(p, 32), at, length)
            expected := and(gt(length, 63), eq(tload(STATE_SLOT), keccak256(p, add(length, 32))))
        }
        if (!expected) revert UnexpectedCallback();
        assembly ("memory-safe") {
            tstore(STATE_SLOT, BUSY)
            let base := add(at, 64)
            mstore(frame, base)
            mstore(add(frame, 0x20), sub(length, 64))
            amount := calldataload(at)
            let positions := calldataload(add(at, 32))
            step := add(base, shr(128, positions))
            inner := add(base, and(positions, 0xffffffffffffffffffffffffffffffff))
        }
    }
}
