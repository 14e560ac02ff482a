// SPDX-License-Identifier: MIT
pragma solidity 0.8.26;

/// @dev Where a frame finds the program in its calldata. Every nested callback carries the whole
/// program, so that each frame reads the same tokens.
struct Frame {
    uint256 base; // calldata offset of the program's first byte
    uint256 length; // bytes
}

/// @title The program format: README.md describes it, src/Arb.Evm encodes it, and the golden
/// vectors hold the two together.
/// @dev All positions are absolute calldata offsets. Reading beyond the end gives zeros, and zero
/// is no operation.
library Program {
    uint256 internal constant DEADLINE = 0; // uint40
    uint256 internal constant BID_BASIS_POINTS = 5; // uint16
    uint256 internal constant EXTRA_GAS = 7; // uint24
    uint256 internal constant TOKEN_COUNT = 10; // uint8
    uint256 internal constant HELD_COUNT = 11; // uint8
    uint256 internal constant TOKENS = 12; // address each

    uint256 internal constant SWAP_V2 = 0x01;
    uint256 internal constant SWAP_V3 = 0x02;
    uint256 internal constant SWAP_V4 = 0x03;
    uint256 internal constant SWAP_BALANCER = 0x04;
    uint256 internal constant BATCH_BALANCER = 0x05;
    uint256 internal constant SWAP_CURVE = 0x06;
    uint256 internal constant SWAP_SOLIDLY = 0x07;
    uint256 internal constant WRAP = 0x08;
    uint256 internal constant UNWRAP = 0x09;
    uint256 internal constant TAKE_V4 = 0x0a;
    uint256 internal constant SYNC_V4 = 0x0b;
    uint256 internal constant SETTLE_V4 = 0x0c;
    uint256 internal constant UNLOCK_V4 = 0x10;
    uint256 internal constant LOAN_MORPHO = 0x11;
    uint256 internal constant LOAN_BALANCER_V2 = 0x12;
    uint256 internal constant LOAN_BALANCER_V3 = 0x13;
    uint256 internal constant LOAN_V3 = 0x14;
    uint256 internal constant LOAN_V2 = 0x15;
    uint256 internal constant LOAN_AAVE_V3 = 0x16;
    uint256 internal constant LOAN_ERC3156 = 0x17;

    uint256 internal constant AMOUNT_MASK = 0x03;
    uint256 internal constant AMOUNT_RUNNING = 0;
    uint256 internal constant AMOUNT_EXPLICIT = 1;
    uint256 internal constant AMOUNT_ALL_BUT_ONE = 2;
    uint256 internal constant TO_MASK = 0x0c;
    uint256 internal constant TO_SELF = 0x00;
    uint256 internal constant TO_NEXT = 0x04;
    uint256 internal constant TO_CALLER = 0x08;
    uint256 internal constant TO_MANAGER = 0x0c;
    uint256 internal constant ZERO_FOR_ONE = 0x10;
    /// @dev A pair is paid from here before it swaps; elsewhere: the payment arrives by itself.
    uint256 internal constant PAY = 0x20;
    uint256 internal constant PREPAID = 0x20;
    uint256 internal constant UINT256_INDICES = 0x20;
    uint256 internal constant NESTED = 0x40;
    uint256 internal constant EXACT_OUT = 0x80;

    error ProgramMalformed(uint256 position);

    function u8(uint256 at) internal pure returns (uint256 value) {
        assembly ("memory-safe") {
            value := byte(0, calldataload(at))
        }
    }

    function u16(uint256 at) internal pure returns (uint256 value) {
        assembly ("memory-safe") {
            value := shr(240, calldataload(at))
        }
    }

    function u24(uint256 at) internal pure returns (uint256 value) {
        assembly ("memory-safe") {
            value := shr(232, calldataload(at))
        }
    }

    function addressAt(uint256 at) internal pure returns (address value) {
        assembly ("memory-safe") {
            value := shr(96, calldataload(at))
        }
    }

    function word(uint256 at) internal pure returns (uint256 value) {
        assembly ("memory-safe") {
            value := calldataload(at)
        }
    }

    /// @notice A number: one byte that counts its bytes, then these, most significant first.
    function number(uint256 at) internal pure returns (uint256 value, uint256 next) {
        uint256 size = u8(at);
        if (size > 32) revert ProgramMalformed(at);
        assembly ("memory-safe") {
            // A shift by 256 gives 0, which is what no bytes mean.
            value := shr(sub(256, shl(3, size)), calldataload(add(at, 1)))
            next := add(add(at, 1), size)
        }
    }

    function token(Frame memory frame, uint256 index) internal pure returns (address) {
        return addressAt(frame.base + TOKENS + 20 * index);
    }

    /// @notice What a step works on: a number of its own, or what the step before it gave.
    function amount(uint256 flags, uint256 at, uint256 running)
        internal
        pure
        returns (uint256, uint256)
    {
        uint256 source = flags & AMOUNT_MASK;
        if (source == AMOUNT_RUNNING) return (running, at);
        if (source == AMOUNT_EXPLICIT) return number(at);
        if (source != AMOUNT_ALL_BUT_ONE) revert ProgramMalformed(at);
        return (running - 1, at);
    }
}
