// SPDX-License-Identifier: MIT
pragma solidity 0.8.26;

import {Records} from "./Records.sol";
import {Scratch} from "./Scratch.sol";

/// @title Balances, rates, amplification and fees of a Curve StableSwap pool.
library CurveLens {
    uint256 private constant COINS_MAX = 8;
    uint256 private constant PRECISE = 1;
    uint256 private constant RATES_STORED = 1;
    uint256 private constant RATES_BASE = 2;
    uint256 private constant DYNAMIC_FEE = 8;

    /// @dev Record: head with coin count and (<< 8) count of rates, balances, rates, amp << 1 | ramps, fee,
    /// admin fee, off-peg multiplier. Plain rates are not read.
    /// @param shape coin count, and << 8: 1 A_precise, << 1 where rates come from, 8 dynamic fee
    /// @param base the pool behind the last coin's rate
    function read(
        uint256 scratch,
        uint256 out,
        address pool,
        uint256 base,
        uint256 shape,
        uint256 index
    ) internal view returns (uint256) {
        uint256 begin = out;
        uint256 count = shape & 0xff;
        if (count > COINS_MAX) return Records.unreadable(begin, index, 2);
        uint256 rates = (shape >> 9) & 3;
        uint256 rateWords = rates == RATES_STORED ? count : rates == RATES_BASE ? 1 : 0;
        out = Scratch.put(
            out, Records.head(Records.CURVE_STABLE_SWAP, index) | (rateWords << 8) | count
        );
        for (uint256 i; i < count; i++) {
            // The pools of 2019 and early 2020 index by int128.
            if (
                !Scratch.ask(scratch, pool, bytes4(keccak256("balances(uint256)")), i, 32)
                    && !Scratch.ask(scratch, pool, bytes4(keccak256("balances(int128)")), i, 32)
            ) return Records.unreadable(begin, index, 1);
            out = Scratch.put(out, Scratch.word(scratch, 0));
        }
        bool told;
        (out, told) = _rates(scratch, out, pool, base, rates, count);
        if (!told) return Records.unreadable(begin, index, 1);
        return _terms(scratch, begin, out, pool, shape >> 8, index);
    }

    function _rates(
        uint256 scratch,
        uint256 out,
        address pool,
        uint256 base,
        uint256 rates,
        uint256 count
    ) private view returns (uint256, bool) {
        if (rates == RATES_STORED) {
            bytes4 selector = bytes4(keccak256("stored_rates()"));
            // A list of any length has an offset and a length before it, a list of fixed length nothing.
            uint256 skip;
            if (Scratch.ask(scratch, pool, selector, 64 + 32 * count)) {
                skip = Scratch.word(scratch, 0) == 32 && Scratch.word(scratch, 1) == count ? 2 : 0;
            } else if (!Scratch.ask(scratch, pool, selector, 32 * count)) {
                return (out, false);
            }
            for (uint256 i; i < count; i++) {
                out = Scratch.put(out, Scratch.word(scratch, skip + i));
            }
        } else if (rates == RATES_BASE) {
            if (!Scratch.ask(
                    scratch, address(uint160(base)), bytes4(keccak256("get_virtual_price()")), 32
                )) return (out, false);
            out = Scratch.put(out, Scratch.word(scratch, 0));
        }
        return (out, true);
    }

    function _terms(
        uint256 scratch,
        uint256 begin,
        uint256 out,
        address pool,
        uint256 flags,
        uint256 index
    ) private view returns (uint256) {
        if (!Scratch.ask(
                scratch,
                pool,
                flags & PRECISE != 0 ? bytes4(keccak256("A_precise()")) : bytes4(keccak256("A()")),
                32
            )) return Records.unreadable(begin, index, 1);
        uint256 amp = Scratch.word(scratch, 0) << 1;
        // A pool without ramps has no such getter.
        if (
            Scratch.ask(scratch, pool, bytes4(keccak256("future_A_time()")), 32)
                && Scratch.word(scratch, 0) > block.timestamp
        ) amp |= 1;
        out = Scratch.put(out, amp);
        if (!Scratch.ask(scratch, pool, bytes4(keccak256("fee()")), 32)) {
            return Records.unreadable(begin, index, 1);
        }
        out = Scratch.put(out, Scratch.word(scratch, 0));
        if (!Scratch.ask(scratch, pool, bytes4(keccak256("admin_fee()")), 32)) {
            return Records.unreadable(begin, index, 1);
        }
        out = Scratch.put(out, Scratch.word(scratch, 0));
        uint256 multiplier;
        if (flags & DYNAMIC_FEE != 0) {
            if (!Scratch.ask(
                    scratch, pool, bytes4(keccak256("offpeg_fee_multiplier()")), 32
                )) return Records.unreadable(begin, index, 1);
            multiplier = Scratch.word(scratch, 0);
        }
        return Scratch.put(out, multiplier);
    }
}
