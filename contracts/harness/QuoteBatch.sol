// SPDX-License-Identifier: MIT
pragma solidity 0.8.26;

/// What the harnesses of concentrated liquidity have in common: thousands of swaps in one call, each undone by a
/// revert that carries what the swap would have done.
abstract contract QuoteBatch {
    struct Request {
        uint256 pool;
        bool zeroForOne;
        /// Positive: exact in; negative: exact out, as Uniswap V3 has it.
        int256 amountSpecified;
        uint160 sqrtPriceLimitX96;
    }

    struct Result {
        /// The pool reverted; all else is 0 but `reason`.
        bool reverted;
        bytes4 reason;
        /// From the pool's side: positive is paid to it.
        int256 amount0;
        int256 amount1;
        uint160 sqrtPriceX96;
        int24 tick;
        uint128 liquidity;
    }

    struct Range {
        int24 lower;
        int24 upper;
        uint128 liquidity;
    }

    /// What a swap did, thrown so that it did not.
    error Quoted(int256 amount0, int256 amount1, uint160 sqrtPriceX96, int24 tick, uint128 liquidity);

    error TransferFailed();

    /// Reads the answer out of a revert, the pool's or ours.
    function _resultOf(bytes memory reason) internal pure returns (Result memory result) {
        if (reason.length == 164 && bytes4(reason) == Quoted.selector) {
            assembly ("memory-safe") {
                mcopy(add(result, 64), add(reason, 36), 160)
            }
        } else {
            result.reverted = true;
            result.reason = bytes4(reason);
        }
    }

    function _pay(address token, address to, uint256 amount) internal {
        (bool done, bytes memory answer) =
            token.call(abi.encodeWithSignature("transfer(address,uint256)", to, amount));
        if (!done || !abi.decode(answer, (bool))) revert TransferFailed();
    }
}
