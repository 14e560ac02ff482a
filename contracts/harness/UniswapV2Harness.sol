// SPDX-License-Identifier: MIT
pragma solidity 0.8.26;

interface ITransferable {
    function transfer(address to, uint256 amount) external returns (bool);
}

interface IConstantProductPair {
    function sync() external;
    function swap(uint256 amount0Out, uint256 amount1Out, address to, bytes calldata data) external;
    function getReserves() external view returns (uint112 reserve0, uint112 reserve1, uint32 timestamp);
}

/// Thousands of swaps on real pairs in one call. A group gives a pair its reserves by its own sync; each of its trials pays in and
/// swaps; all of it is undone by reverts that carry what happened. The harness must hold the tokens.
contract UniswapV2Harness {
    struct Trial {
        bool zeroForOne;
        uint256 amountIn;
        uint256 amountOut;
    }

    struct Group {
        address pair;
        address token0;
        address token1;
        uint256 reserve0;
        uint256 reserve1;
        Trial[] trials;
    }

    struct Result {
        /// First 32 bytes of the pair's message; 0 when it took the swap.
        bytes32 reason;
        /// Its reserves afterwards; 0 when it did not take the swap.
        uint256 reserve0;
        uint256 reserve1;
    }

    /// What a swap left, thrown so that it did not.
    error Swapped(uint256 reserve0, uint256 reserve1);

    error OnlyFromInside();
    error TransferFailed();

    function run(Group[] calldata groups) external returns (Result[][] memory results) {
        results = new Result[][](groups.length);
        for (uint256 i = 0; i < groups.length; i++) {
            try this.runGroup(groups[i]) {
                revert OnlyFromInside();
            } catch (bytes memory thrown) {
                // Anything but results, such as a failed transfer, does not decode and fails the whole call.
                results[i] = abi.decode(thrown, (Result[]));
            }
        }
    }

    /// Always reverts, with its results.
    function runGroup(Group calldata group) external {
        if (msg.sender != address(this)) revert OnlyFromInside();
        _pay(group.token0, group.pair, group.reserve0);
        _pay(group.token1, group.pair, group.reserve1);
        IConstantProductPair(group.pair).sync();
        Result[] memory results = new Result[](group.trials.length);
        for (uint256 i = 0; i < results.length; i++) {
            try this.swap(group, i) {
                revert OnlyFromInside();
            } catch (bytes memory thrown) {
                results[i] = _resultOf(thrown);
            }
        }

        bytes memory encoded = abi.encode(results);
        assembly ("memory-safe") {
            revert(add(encoded, 32), mload(encoded))
        }
    }

    /// Always reverts: with Swapped, or as the pair does.
    function swap(Group calldata group, uint256 index) external {
        if (msg.sender != address(this)) revert OnlyFromInside();
        Trial calldata trial = group.trials[index];
        _pay(trial.zeroForOne ? group.token0 : group.token1, group.pair, trial.amountIn);
        (uint256 amount0Out, uint256 amount1Out) =
            trial.zeroForOne ? (uint256(0), trial.amountOut) : (trial.amountOut, uint256(0));
        IConstantProductPair(group.pair).swap(amount0Out, amount1Out, address(this), "");
        (uint112 reserve0, uint112 reserve1,) = IConstantProductPair(group.pair).getReserves();
        revert Swapped(reserve0, reserve1);
    }

    /// Reads a revert: ours, or the pair's Error(string).
    function _resultOf(bytes memory thrown) private pure returns (Result memory result) {
        if (bytes4(thrown) == Swapped.selector) {
            assembly ("memory-safe") {
                mcopy(add(result, 32), add(thrown, 36), 64)
            }
        } else if (thrown.length >= 100) {
            assembly ("memory-safe") {
                mstore(result, mload(add(thrown, 100)))
            }
        } else {
            // No message: the selector, or 1 for nothing at all, so that it is not taken for a swap.
            result.reason = thrown.length == 0 ? bytes32(uint256(1)) : bytes32(bytes4(thrown));
        }
    }

    function _pay(address token, address to, uint256 amount) private {
        if (!ITransferable(token).transfer(to, amount)) revert TransferFailed();
    }
}
