// SPDX-License-Identifier: MIT
pragma solidity 0.8.26;

interface IToken {
    function balanceOf(address account) external view returns (uint256);
    function transfer(address to, uint256 amount) external returns (bool);
    function transferFrom(address from, address to, uint256 amount) external returns (bool);
}

interface IAsked {
    function onFlashLoan(address, address, uint256, uint256, bytes calldata)
        external
        returns (bytes32);
}

/// @dev The lender of EIP-3156's reference implementation: anyone may name any receiver.
contract ERC3156Lender {
    uint256 public constant PREMIUM_BASIS_POINTS = 9;

    function flashLoan(address receiver, address token, uint256 amount, bytes calldata data)
        external
        returns (bool)
    {
        uint256 premium = amount * PREMIUM_BASIS_POINTS / 10_000;
        IToken(token).transfer(receiver, amount);
        require(
            IAsked(receiver).onFlashLoan(msg.sender, token, amount, premium, data)
                == keccak256("ERC3156FlashBorrower.onFlashLoan"),
            "callback failed"
        );
        IToken(token).transferFrom(receiver, address(this), amount + premium);
        return true;
    }
}

/// @dev The transient accounting of Balancer V3's vault (v3-vault 1.0.0, VaultAdmin and
/// VaultMain): `unlock` calls its caller with the data as they are, debts must be zero at the end.
contract BalancerV3Lender {
    mapping(address token => uint256) public reservesOf;
    mapping(address token => int256) private _debts;
    uint256 private _open;
    bool private _unlocked;

    error VaultIsNotUnlocked();
    error BalanceNotSettled();

    function fund(address token) external {
        reservesOf[token] = IToken(token).balanceOf(address(this));
    }

    function unlock(bytes calldata data) external returns (bytes memory result) {
        bool outermost = !_unlocked;
        _unlocked = true;
        bool done;
        (done, result) = msg.sender.call(data);
        if (!done) {
            assembly {
                revert(add(result, 32), mload(result))
            }
        }
        if (outermost) {
            if (_open != 0) revert BalanceNotSettled();
            _unlocked = false;
        }
    }

    function sendTo(address token, address to, uint256 amount) external {
        if (!_unlocked) revert VaultIsNotUnlocked();
        _change(token, int256(amount));
        reservesOf[token] -= amount;
        IToken(token).transfer(to, amount);
    }

    function settle(address token, uint256 amountHint) external returns (uint256 credit) {
        if (!_unlocked) revert VaultIsNotUnlocked();
        uint256 balance = IToken(token).balanceOf(address(this));
        credit = balance - reservesOf[token];
        reservesOf[token] = balance;
        if (credit > amountHint) credit = amountHint;
        _change(token, -int256(credit));
    }

    function _change(address token, int256 delta) private {
        int256 before = _debts[token];
        _debts[token] = before + delta;
        if (before == 0 && delta != 0) ++_open;
        else if (before != 0 && before + delta == 0) --_open;
    }
}
