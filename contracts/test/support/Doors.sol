// SPDX-License-Identifier: MIT
pragma solidity 0.8.26;

import {IArbExecutor, ICallbacks} from "../../src/IArbExecutor.sol";

uint256 constant DOORS = 21;

/// @notice Every function of the executor that changes state: none may open to a stranger.
function door(uint256 which) pure returns (bytes4) {
    bytes4[DOORS] memory doors = [
        IArbExecutor.execute.selector,
        IArbExecutor.sweep.selector,
        IArbExecutor.addOperator.selector,
        IArbExecutor.removeOperator.selector,
        IArbExecutor.transferOwnership.selector,
        IArbExecutor.acceptOwnership.selector,
        IArbExecutor.pause.selector,
        IArbExecutor.unpause.selector,
        ICallbacks.uniswapV3SwapCallback.selector,
        ICallbacks.pancakeV3SwapCallback.selector,
        ICallbacks.uniswapV3FlashCallback.selector,
        ICallbacks.pancakeV3FlashCallback.selector,
        ICallbacks.uniswapV2Call.selector,
        ICallbacks.pancakeCall.selector,
        ICallbacks.hook.selector,
        ICallbacks.unlockCallback.selector,
        ICallbacks.onMorphoFlashLoan.selector,
        ICallbacks.executeOperation.selector,
        ICallbacks.onFlashLoan.selector,
        ICallbacks.balancerV3Unlocked.selector,
        ICallbacks.receiveFlashLoan.selector
    ];
    return doors[which % DOORS];
}
