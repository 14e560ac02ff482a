// SPDX-License-Identifier: MIT
pragma solidity 0.8.26;

/// @title Who may do what: one owner, many operators, one switch, one lock.
/// @notice Operators are hot keys that may trade and nothing else. The owner is another key that
/// may never trade. Every function that changes state takes the same lock as trading does, so no
/// contract that gets control during a trade can reach any of them.
abstract contract Permissions {
    /// @dev Transient slot of the lock: 1 while a state-changing function runs.
    uint256 private constant LOCK_SLOT = 0;

    address public owner;
    /// @notice While true, nobody can trade; everything the owner does still works.
    bool public paused;
    /// @notice Becomes owner when it accepts; the zero address when no hand-over is open.
    address public pendingOwner;
    mapping(address account => bool) public isOperator;

    event OwnershipTransferStarted(address indexed owner, address indexed pendingOwner);
    event OwnershipTransferred(address indexed previousOwner, address indexed newOwner);
    event OperatorAdded(address indexed operator);
    event OperatorRemoved(address indexed operator);
    event Paused();
    event Unpaused();

    error NotOwner();
    error NotPendingOwner();
    error NotOperator();
    error OwnerCannotBeOperator();
    error ZeroAddress();
    error ExecutionPaused();
    error Reentered();

    modifier onlyOwner() {
        if (msg.sender != owner) revert NotOwner();
        _lock();
        _;
        _unlock();
    }

    constructor(address owner_, address[] memory operators) {
        if (owner_ == address(0)) revert ZeroAddress();
        owner = owner_;
        emit OwnershipTransferred(address(0), owner_);
        for (uint256 i = 0; i < operators.length; ++i) {
            _addOperator(operators[i]);
        }
    }

    /// @notice Offers ownership; nothing changes until `newOwner` accepts. Zero withdraws the offer.
    function transferOwnership(address newOwner) external onlyOwner {
        pendingOwner = newOwner;
        emit OwnershipTransferStarted(owner, newOwner);
    }

    function acceptOwnership() external {
        if (msg.sender != pendingOwner) revert NotPendingOwner();
        if (isOperator[msg.sender]) revert OwnerCannotBeOperator();
        _lock();
        emit OwnershipTransferred(owner, msg.sender);
        owner = msg.sender;
        pendingOwner = address(0);
        _unlock();
    }

    function addOperator(address operator) external onlyOwner {
        _addOperator(operator);
    }

    function removeOperator(address operator) external onlyOwner {
        isOperator[operator] = false;
        emit OperatorRemoved(operator);
    }

    function pause() external onlyOwner {
        paused = true;
        emit Paused();
    }

    function unpause() external onlyOwner {
        paused = false;
        emit Unpaused();
    }

    function _addOperator(address operator) private {
        if (operator == address(0)) revert ZeroAddress();
        if (operator == owner) revert OwnerCannotBeOperator();
        isOperator[operator] = true;
        emit OperatorAdded(operator);
    }

    function _requireTradingAllowed() internal view {
        if (!isOperator[msg.sender]) revert NotOperator();
        if (paused) revert ExecutionPaused();
    }

    function _lock() internal {
        uint256 locked;
        assembly ("memory-safe") {
            locked := tload(LOCK_SLOT)
        }
        if (locked != 0) revert Reentered();
        assembly ("memory-safe") {
            tstore(LOCK_SLOT, 1)
        }
    }

    function _unlock() internal {
        assembly ("memory-safe") {
            tstore(LOCK_SLOT, 0)
        }
    }
}
