// SPDX-License-Identifier: MIT
pragma solidity 0.8.26;

import {Records} from "./Records.sol";
import {Scratch} from "./Scratch.sol";

/// @title Balances, swap fee and amplification of a Balancer V2 pool.
library VaultLens {
    uint256 private constant TOKENS_MAX = 50;

    /// @dev Records: head with the token count, balances, swap fee, and for stable pools amp << 1 | isUpdating.
    function read(
        uint256 scratch,
        uint256 out,
        address vault,
        uint256 id,
        uint256 kind,
        uint256 index
    ) internal view returns (uint256) {
        uint256 begin = out;
        if (!Scratch.ask(scratch, vault, bytes4(keccak256("getPoolTokens(bytes32)")), id, 192)) {
            return Records.unreadable(begin, index, 1);
        }
        uint256 position = Scratch.word(scratch, 1) >> 5;
        if (position > 4 + TOKENS_MAX) return Records.unreadable(begin, index, 2);
        uint256 count = Scratch.word(scratch, position);
        if (count > TOKENS_MAX) return Records.unreadable(begin, index, 2);
        out = Scratch.put(out, Records.head(kind, index) | count);
        for (uint256 i = 1; i <= count; i++) {
            out = Scratch.put(out, Scratch.word(scratch, position + i));
        }
        // The id's first 20 bytes are the pool's address (Balancer V2, PoolRegistry).
        address pool = address(uint160(id >> 96));
        if (!Scratch.ask(scratch, pool, bytes4(keccak256("getSwapFeePercentage()")), 32)) {
            return Records.unreadable(begin, index, 1);
        }
        out = Scratch.put(out, Scratch.word(scratch, 0));
        if (kind == Records.BALANCER_STABLE) {
            if (!Scratch.ask(
                    scratch, pool, bytes4(keccak256("getAmplificationParameter()")), 96
                )) return Records.unreadable(begin, index, 1);
            out = Scratch.put(
                out, (Scratch.word(scratch, 0) << 1) | (Scratch.word(scratch, 1) & 1)
            );
        }
        return out;
    }
}
