// SPDX-License-Identifier: MIT
pragma solidity 0.8.26;

import {ConcentratedLens} from "./ConcentratedLens.sol";
import {CurveLens} from "./CurveLens.sol";
import {Records} from "./Records.sol";
import {Scratch} from "./Scratch.sol";
import {SolidlyLens} from "./SolidlyLens.sol";
import {VaultLens} from "./VaultLens.sol";

/// @title Reads the whole state of any number of pools in one call.
/// @notice Never deployed: eth_call's state override puts its runtime code at an address. It works until its
/// budget or its gas runs low and says where it stopped, so a node's gas cap makes an answer shorter, not wrong.
contract PoolLens {
    /// @dev Left for one more step and the answer's own memory.
    uint256 private constant GAS_RESERVE = 1_500_000;
    /// @dev A Curve pool takes up to a dozen calls, some of which ask oracles and vaults in turn.
    uint256 private constant CURVE_GAS_RESERVE = 5_000_000;

    /// @param requests two words per pool: kind << 184 | tickSpacing (Curve, Solidly: shape) << 160 | contract;
    /// then pool id, base pool, factory, or 0
    /// @param index first pool to read
    /// @param position bitmap word of that pool to go on from; Records.START for a pool not begun
    /// @param budget steps to do at most; a step is about one cold storage slot
    /// @dev Answers bare words: parent hash, block number, timestamp, next index, next position, records.
    function read(uint256[] calldata requests, uint256 index, int256 position, uint256 budget)
        external
        view
    {
        (uint256 scratch, uint256 out) = Scratch.reserve();
        uint256 head = out;
        out += 0xa0;
        while (2 * index < requests.length && budget > 0) {
            if (gasleft() < _reserve(requests[2 * index])) break;
            uint256 steps;
            (out, position, steps) = _pool(
                scratch, out, requests[2 * index], requests[2 * index + 1], index, position, budget
            );
            budget = steps < budget ? budget - steps : 0;
            if (position == Records.START) index++;
        }
        assembly ("memory-safe") {
            mstore(head, blockhash(sub(number(), 1)))
            mstore(add(head, 0x20), number())
            mstore(add(head, 0x40), timestamp())
            mstore(add(head, 0x60), index)
            mstore(add(head, 0x80), position)
            return(head, sub(out, head))
        }
    }

    function _reserve(uint256 request) private pure returns (uint256) {
        return (request >> 184) & 0xff == Records.CURVE_STABLE_SWAP
            ? CURVE_GAS_RESERVE
            : GAS_RESERVE;
    }

    function _pool(
        uint256 scratch,
        uint256 out,
        uint256 request,
        uint256 id,
        uint256 index,
        int256 position,
        uint256 budget
    ) private view returns (uint256, int256, uint256) {
        uint256 kind = (request >> 184) & 0xff;
        if (kind == Records.CONSTANT_PRODUCT) {
            return (_pair(scratch, out, address(uint160(request)), index), Records.START, 1);
        }
        if (kind == Records.BALANCER_WEIGHTED || kind == Records.BALANCER_STABLE) {
            return
                (
                    VaultLens.read(scratch, out, address(uint160(request)), id, kind, index),
                    Records.START,
                    8
                );
        }
        if (kind == Records.CURVE_STABLE_SWAP) {
            uint256 shape = (request >> 160) & 0xffffff;
            out = CurveLens.read(scratch, out, address(uint160(request)), id, shape, index);
            return (out, Records.START, 7 + 2 * (shape & 0xff));
        }
        if (kind == Records.SOLIDLY_STABLE || kind == Records.SOLIDLY_VOLATILE) {
            out = SolidlyLens.read(
                scratch,
                out,
                address(uint160(request)),
                id,
                kind,
                (request >> 160) & 0xffffff,
                index
            );
            return (out, Records.START, 3);
        }
        return ConcentratedLens.read(scratch, out, request, id, index, position, budget);
    }

    function _pair(uint256 scratch, uint256 out, address pair, uint256 index)
        private
        view
        returns (uint256)
    {
        if (!Scratch.ask(scratch, pair, bytes4(keccak256("getReserves()")), 96)) {
            return Records.unreadable(out, index, 1);
        }
        uint256 reserve0 = Scratch.word(scratch, 0);
        uint256 reserve1 = Scratch.word(scratch, 1);
        if ((reserve0 | reserve1) >> 112 != 0) return Records.unreadable(out, index, 2);
        return Scratch.put(
            out, Records.head(Records.CONSTANT_PRODUCT, index) | (reserve1 << 112) | reserve0
        );
    }
}
