// SPDX-License-Identifier: MIT
pragma solidity 0.8.26;

import {Records} from "./Records.sol";
import {Scratch} from "./Scratch.sol";

/// @title Price, liquidity and every initialised tick of a Uniswap V3 pool (or a fork of it) or of a V4 pool.
library ConcentratedLens {
    int256 private constant TICK_MAX = 887_272;
    /// @dev Below this a bitmap word is given up and asked again by the next call.
    uint256 private constant TICK_GAS_RESERVE = 1_000_000;
    /// @dev Slot of `pools` in the PoolManager, and offsets in Pool.State (v4-core, StateLibrary).
    uint256 private constant POOLS_SLOT = 6;
    uint256 private constant LIQUIDITY = 3;
    uint256 private constant TICKS = 4;
    uint256 private constant TICK_BITMAP = 5;

    bytes4 private constant EXTSLOAD = bytes4(keccak256("extsload(bytes32)"));

    /// @return out end of the records
    /// @return position bitmap word to go on from, or Records.START when the pool is done
    /// @return steps what it cost
    function read(
        uint256 scratch,
        uint256 out,
        uint256 request,
        uint256 id,
        uint256 index,
        int256 position,
        uint256 budget
    ) internal view returns (uint256, int256, uint256) {
        uint256 steps;
        uint256 base = _isV4(request) ? _hash(id, POOLS_SLOT) : 0;
        int256 spacing = int256((request >> 160) & 0xffffff);
        if (position == Records.START) {
            bool priced;
            (out, priced) = _head(scratch, out, request, base, index);
            if (!priced || spacing == 0) return (out, Records.START, 3);
            position = _wordOf(-TICK_MAX, spacing);
            steps = 3;
        }
        for (int256 last = _wordOf(TICK_MAX, spacing); position <= last; position++) {
            if (steps >= budget || gasleft() < TICK_GAS_RESERVE) return (out, position, steps);
            (uint256 end, uint256 taken) = _word(scratch, out, request, base, index, position);
            if (end == 0) return (out, position, steps);
            out = end;
            steps += taken;
        }
        return (out, Records.START, steps);
    }

    function _head(uint256 scratch, uint256 out, uint256 request, uint256 base, uint256 index)
        private
        view
        returns (uint256, bool)
    {
        address target = address(uint160(request));
        uint256 price;
        uint256 liquidity;
        if (_isV4(request)) {
            if (!Scratch.ask(scratch, target, EXTSLOAD, base, 32)) {
                return (Records.unreadable(out, index, 1), false);
            }
            // sqrtPriceX96 160, tick 24, protocolFee 24, lpFee 24 bits, from below.
            price = Scratch.word(scratch, 0);
            if (!Scratch.ask(scratch, target, EXTSLOAD, base + LIQUIDITY, 32)) {
                return (Records.unreadable(out, index, 1), false);
            }
            liquidity =
                uint256(uint128(Scratch.word(scratch, 0))) | (((price >> 208) & 0xffffff) << 128);
            price &= (1 << 208) - 1;
        } else {
            if (!Scratch.ask(scratch, target, bytes4(keccak256("slot0()")), 224)) {
                return (Records.unreadable(out, index, 1), false);
            }
            if (Scratch.word(scratch, 0) >> 160 != 0 || Scratch.word(scratch, 5) >> 32 != 0) {
                return (Records.unreadable(out, index, 2), false);
            }
            price = Scratch.word(scratch, 0) | ((Scratch.word(scratch, 1) & 0xffffff) << 160)
                | (Scratch.word(scratch, 5) << 184);
            if (!Scratch.ask(scratch, target, bytes4(keccak256("liquidity()")), 32)) {
                return (Records.unreadable(out, index, 1), false);
            }
            liquidity = uint256(uint128(Scratch.word(scratch, 0)));
        }
        out = Scratch.put(
            out, Records.head(_isV4(request) ? Records.UNISWAP_V4 : Records.UNISWAP_V3, index) | price
        );
        return (Scratch.put(out, liquidity), uint160(price) != 0);
    }

    /// @return end of the records, or 0 when the gas ran low
    /// @return steps what it cost
    function _word(
        uint256 scratch,
        uint256 out,
        uint256 request,
        uint256 base,
        uint256 index,
        int256 position
    ) private view returns (uint256, uint256) {
        uint256 bits = _bitmap(scratch, request, base, position);
        uint256 steps = 1;
        for (uint256 bit; bits >> bit != 0; bit++) {
            if ((bits >> bit) & 1 == 0) continue;
            if (gasleft() < TICK_GAS_RESERVE) return (0, 0);
            int256 tick = (position * 256 + int256(bit)) * int256((request >> 160) & 0xffffff);
            out = Scratch.put(out, Records.head(Records.TICK, index) | (uint256(tick) & 0xffffff));
            out = Scratch.put(out, _tick(scratch, request, base, tick));
            steps += 4;
        }
        return (out, steps);
    }

    function _bitmap(uint256 scratch, uint256 request, uint256 base, int256 position)
        private
        view
        returns (uint256)
    {
        address target = address(uint160(request));
        bool read_ = _isV4(request)
            ? Scratch.ask(scratch, target, EXTSLOAD, _hash(uint256(position), base + TICK_BITMAP), 32)
            : Scratch.ask(
                scratch, target, bytes4(keccak256("tickBitmap(int16)")), uint256(position), 32
            );
        // A pool that answered slot0 and not this is no pool; the caller sees that the sums do not fit.
        return read_ ? Scratch.word(scratch, 0) : 0;
    }

    /// @return liquidityNet << 128 | liquidityGross, as the contracts store it
    function _tick(uint256 scratch, uint256 request, uint256 base, int256 tick)
        private
        view
        returns (uint256)
    {
        address target = address(uint160(request));
        if (_isV4(request)) {
            return Scratch.ask(scratch, target, EXTSLOAD, _hash(uint256(tick), base + TICKS), 32)
                ? Scratch.word(scratch, 0)
                : 0;
        }
        return Scratch.ask(scratch, target, bytes4(keccak256("ticks(int24)")), uint256(tick), 64)
            ? (Scratch.word(scratch, 1) << 128) | uint128(Scratch.word(scratch, 0))
            : 0;
    }

    function _isV4(uint256 request) private pure returns (bool) {
        return (request >> 184) & 0xff == Records.UNISWAP_V4;
    }

    /// @dev Bitmap word of the last usable tick towards `tick`: the contracts round towards zero there.
    function _wordOf(int256 tick, int256 spacing) private pure returns (int256) {
        return (tick / spacing) >> 8;
    }

    function _hash(uint256 key, uint256 slot) private pure returns (uint256 result) {
        assembly ("memory-safe") {
            mstore(0x00, key)
            mstore(0x20, slot)
            result := keccak256(0x00, 0x40)
        }
    }
}
