// SPDX-License-Identifier: MIT
pragma solidity 0.8.26;

import {Records} from "./Records.sol";
import {Scratch} from "./Scratch.sol";

/// @title Reserves and fee of a Solidly pair.
library SolidlyLens {
    uint256 private constant FIXED = 0;
    uint256 private constant BY_KIND = 1;
    uint256 private constant FEE_MAX = 10_000;

    /// @dev Record: head, both reserves, the factory's fee in basis points (0 where the fee is fixed).
    /// @param source where the fee comes from: fixed, getFee(bool) or getFee(address,bool)
    function read(
        uint256 scratch,
        uint256 out,
        address pair,
        uint256 factory,
        uint256 kind,
        uint256 source,
        uint256 index
    ) internal view returns (uint256) {
        if (!Scratch.ask(scratch, pair, bytes4(keccak256("getReserves()")), 96)) {
            return Records.unreadable(out, index, 1);
        }
        uint256 reserve0 = Scratch.word(scratch, 0);
        uint256 reserve1 = Scratch.word(scratch, 1);
        uint256 fee;
        if (source != FIXED) {
            uint256 stable = kind == Records.SOLIDLY_STABLE ? 1 : 0;
            bool told = source == BY_KIND
                ? Scratch.ask(
                    scratch, address(uint160(factory)), bytes4(keccak256("getFee(bool)")), stable, 32
                )
                : Scratch.ask(
                    scratch,
                    address(uint160(factory)),
                    bytes4(keccak256("getFee(address,bool)")),
                    uint160(pair),
                    stable,
                    32
                );
            if (!told) return Records.unreadable(out, index, 1);
            fee = Scratch.word(scratch, 0);
            if (fee >= FEE_MAX) return Records.unreadable(out, index, 2);
        }
        out = Scratch.put(out, Records.head(kind, index));
        out = Scratch.put(out, reserve0);
        out = Scratch.put(out, reserve1);
        return Scratch.put(out, fee);
    }
}
