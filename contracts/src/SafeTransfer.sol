// SPDX-License-Identifier: MIT
pragma solidity 0.8.26;

import {IERC20} from "./Interfaces.sol";

/// @title Moves ERC-20 tokens whether or not their `transfer` returns a value.
library SafeTransfer {
    /// @notice The token has no code, reverted, returned false or returned garbage.
    error TransferFailed(address token, address to, uint256 amount);

    function safeTransfer(address token, address to, uint256 amount) internal {
        (bool called, bytes memory answer) =
            token.call(abi.encodeCall(IERC20.transfer, (to, amount)));
        // Silence is consent only from a contract: a call to an empty address succeeds too.
        bool agreed = answer.length == 0
            ? token.code.length > 0
            : answer.length >= 32 && uint256(bytes32(answer)) == 1;
        if (!called || !agreed) revert TransferFailed(token, to, amount);
    }
}
