// SPDX-License-Identifier: MIT
pragma solidity 0.8.26;

/// @title Moves ERC-20 tokens whether or not their functions return a value.
library SafeTransfer {
    uint256 private constant TRANSFER = 0xa9059cbb << 224;
    uint256 private constant APPROVE = 0x095ea7b3 << 224;
    uint256 private constant ALLOWANCE = 0xdd62ed3e << 224;
    uint256 private constant BALANCE_OF = 0x70a08231 << 224;

    /// @notice The token has no code, reverted, returned false or returned garbage.
    error TransferFailed(address token, address to, uint256 amount);
    error ApprovalFailed(address token, address spender, uint256 amount);
    error TokenUnreadable(address token);

    function safeTransfer(address token, address to, uint256 amount) internal {
        if (!_agreed(token, TRANSFER, to, amount)) revert TransferFailed(token, to, amount);
    }

    function safeApprove(address token, address spender, uint256 amount) internal {
        if (!_agreed(token, APPROVE, spender, amount)) {
            revert ApprovalFailed(token, spender, amount);
        }
    }

    /// @notice Takes back what a spender has not used. Nearly always there is nothing.
    function clearApproval(address token, address spender) internal {
        if (_read(token, ALLOWANCE, address(this), spender) != 0) safeApprove(token, spender, 0);
    }

    function balanceHere(address token) internal view returns (uint256) {
        return _read(token, BALANCE_OF, address(this), address(0));
    }

    /// @dev Silence is consent only from a contract: a call to an empty address succeeds too.
    function _agreed(address token, uint256 selector, address to, uint256 amount)
        private
        returns (bool agreed)
    {
        assembly ("memory-safe") {
            let p := mload(0x40)
            mstore(p, selector)
            mstore(add(p, 4), to)
            mstore(add(p, 36), amount)
            mstore(0, 0)
            let called := call(gas(), token, 0, p, 68, 0, 32)
            switch returndatasize()
            case 0 { agreed := and(called, gt(extcodesize(token), 0)) }
            default { agreed := and(called, and(gt(returndatasize(), 31), eq(mload(0), 1))) }
        }
    }

    /// @dev The second argument is sent to a function of one as well, which ignores it.
    function _read(address token, uint256 selector, address first, address second)
        private
        view
        returns (uint256 value)
    {
        bool done;
        assembly ("memory-safe") {
            let p := mload(0x40)
            mstore(p, selector)
            mstore(add(p, 4), first)
            mstore(add(p, 36), second)
            let size := add(36, shl(5, gt(second, 0)))
            done := and(staticcall(gas(), token, p, size, 0, 32), 1)
            done := and(done, gt(returndatasize(), 31))
            value := mload(0)
        }
        if (!done) revert TokenUnreadable(token);
    }
}
