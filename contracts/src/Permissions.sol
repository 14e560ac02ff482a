// SPDX-License-Identifier: MIT
pragma solidity 0.8.26;

import {Expectation} from "./Expectation.sol";

/// @title Who may do what: one owner, many operators, one switch, one lock.
/// @notice Operators are hot keys that may trade and nothing else. The owner is another key that
/// may never trade. Every function that changes state takes the same lock as trading does, so no
/// contract that gets control during a trade can reach any of them.
abstract contract Permissions is Expectation {
    uint256 private constant OPERATORS_MAX = 32;
    uint256 private constant ROLE_NONE = 0;
    uint256 private constant ROLE_STOPPED = 1; // an operator while trading is paused
    uint256 private constant ROLE_TRADES = 2;

    address internal owner;
    /// @notice While true, nobody can trade; everything the owner does still works.
    bool internal paused;
    /// @notice Becomes owner when it accepts; the zero address when no hand-over is open.
    address internal pendingOwner;
    /// @dev The pause is written into every role, so that a trade reads one slot instead of two.
    mapping(address account => uint256) private _roles;
    address[] private _operators;

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
    error TooManyOperators();
    error ZeroAddress();
    error ExecutionPaused();

    modifier onlyOwner() {
        if (msg.sender != owner) revert NotOwner();
        _lock();
        _;
        _unlock();
    }

    constructor(address owner_, address[] memory operators_) {
        if (owner_ == address(0)) revert ZeroAddress();
        owner = owner_;
        emit OwnershipTransferred(address(0), owner_);
        for (uint256 i = 0; i < operators_.length; ++i) {
            _addOperator(operators_[i]);
        }
    }

    function isOperator(address account) internal view returns (bool) {
        return _roles[account] != ROLE_NONE;
    }

    /// @notice Every operator, in no particular order.
    function operators() internal view returns (address[] memory) {
        return _operators;
    }

    /// @notice Offers ownership; nothing changes until `newOwner` accepts. Zero withdraws the offer.
    function transferOwnership(address newOwner) internal onlyOwner {
        pendingOwner = newOwner;
        emit OwnershipTransferStarted(owner, newOwner);
    }

    function acceptOwnership() internal {
        if (msg.sender != pendingOwner) revert NotPendingOwner();
        if (_roles[msg.sender] != ROLE_NONE) revert OwnerCannotBeOperator();
        _lock();
        emit OwnershipTransferred(owner, msg.sender);
        owner = msg.sender;
        pendingOwner = address(0);
        _unlock();
    }

    function addOperator(address operator) internal onlyOwner {
        _addOperator(operator);
    }

    function removeOperator(address operator) internal onlyOwner {
        if (_roles[operator] != ROLE_NONE) {
            _roles[operator] = ROLE_NONE;
            uint256 last = _operators.length - 1;
            for (uint256 i = 0; i <= last; ++i) {
                if (_operators[i] == operator) _operators[i] = _operators[last];
            }
            _operators.pop();
        }
        emit OperatorRemoved(operator);
    }

    function pause() internal onlyOwner {
        paused = true;
        _setRoles(ROLE_STOPPED);
        emit Paused();
    }

    function unpause() internal onlyOwner {
        paused = false;
        _setRoles(ROLE_TRADES);
        emit Unpaused();
    }

    function _setRoles(uint256 role) private {
        uint256 count = _operators.length;
        for (uint256 i = 0; i < count; ++i) {
            _roles[_operators[i]] = role;
        }
    }

    function _addOperator(address operator) private {
        if (operator == address(0)) revert ZeroAddress();
        if (operator == owner) revert OwnerCannotBeOperator();
        if (_roles[operator] == ROLE_NONE) {
            if (_operators.length == OPERATORS_MAX) revert TooManyOperators();
            _operators.push(operator);
            _roles[operator] = paused ? ROLE_STOPPED : ROLE_TRADES;
        }
        emit OperatorAdded(operator);
    }

    function _requireTradingAllowed() internal view {
        uint256 role = _roles[msg.sender];
        if (role == ROLE_TRADES) return;
        if (role == ROLE_NONE) revert NotOperator();
        revert ExecutionPaused();
    }
}
