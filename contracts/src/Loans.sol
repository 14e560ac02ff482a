// SPDX-License-Identifier: MIT
pragma solidity 0.8.26;

import {ICallbacks} from "./IArbExecutor.sol";
import {
    IAaveV3Pool,
    IBalancerV3Vault,
    IERC3156Lender,
    IMorpho,
    IPoolManager,
    IUniswapV2Pair,
    IUniswapV3Pool
} from "./Interfaces.sol";
import {Frame, Program} from "./Program.sol";
import {SafeTransfer} from "./SafeTransfer.sol";
import {Swaps} from "./Swaps.sol";

/// @title One function per lender, and their callbacks.
/// @notice A genuine lender as caller proves nothing, since anyone may borrow in our name. A
/// callback counts only if `_announce` expects it: this caller, this data, once. Where a lender
/// tells who asked, and for which token and amount, that must fit as well.
abstract contract Loans is Swaps {
    using SafeTransfer for address;

    uint256 private constant PIPS_WHOLE = 1_000_000;
    bytes32 private constant ERC3156_AGREED = keccak256("ERC3156FlashBorrower.onFlashLoan");

    /// @dev [op][flags][inner 2]: Uniswap V4's lock; what is taken inside is lent.
    function _unlockV4(Frame memory frame, uint256 step, uint256 running)
        internal
        returns (uint256, uint256)
    {
        uint256 inner = step + 4;
        bytes memory data = _announce(frame, poolManager, running, step, inner);
        bytes memory result = IPoolManager(poolManager).unlock(data);
        _requireCalledBack(poolManager);
        return (inner + Program.u16(step + 2), abi.decode(result, (uint256)));
    }

    function _unlockedV4() internal returns (uint256) {
        (Frame memory frame, uint256 running, uint256 step, uint256 inner) = _accept(0);
        if (Program.u8(step) != Program.UNLOCK_V4) revert UnexpectedCallback();
        return _runInner(frame, inner, running);
    }

    /// @dev [op][flags][token 1](amount)[inner 2]
    function _loanBalancerV2(Frame memory frame, uint256 step, uint256 running)
        internal
        returns (uint256)
    {
        unchecked {
            (uint256 amount, uint256 next) = Program.amount(Program.u8(step + 1), step + 3, running);
            _callBalancerV2(
                frame, Program.token(frame, Program.u8(step + 2)), amount, step, next + 2
            );
            return next + 2 + Program.u16(next);
        }
    }

    function _callBalancerV2(
        Frame memory frame,
        address token,
        uint256 amount,
        uint256 step,
        uint256 inner
    ) private {
        // Room for the selector, four arguments and two arrays of one, before the data.
        uint256 head;
        assembly ("memory-safe") {
            head := mload(0x40)
            mstore(0x40, add(head, 288))
        }
        address lender = vault;
        bytes memory data = _announce(frame, lender, amount, step, inner);
        assembly ("memory-safe") {
            let call0 := add(head, 28)
            mstore(head, 0x5c38449e) // flashLoan(address,address[],uint256[],bytes)
            mstore(add(call0, 4), address())
            mstore(add(call0, 36), 0x80)
            mstore(add(call0, 68), 0xc0)
            mstore(add(call0, 100), 0x100)
            mstore(add(call0, 132), 1)
            mstore(add(call0, 164), token)
            mstore(add(call0, 196), 1)
            mstore(add(call0, 228), amount)
            // A vault without code calls nothing back, which is seen below.
            if iszero(call(gas(), lender, 0, call0, add(292, mload(data)), 0, 0)) {
                returndatacopy(head, 0, returndatasize())
                revert(head, returndatasize())
            }
        }
        _requireCalledBack(lender);
    }

    /// @dev tokens, amounts, premiums, data
    function _lentByBalancerV2() internal {
        (Frame memory frame, uint256 amount, uint256 step, uint256 inner) = _accept(3);
        if (Program.u8(step) != Program.LOAN_BALANCER_V2) revert UnexpectedCallback();
        address token = _held(frame, Program.u8(step + 2));
        if (_only(0) != uint256(uint160(token)) || _only(1) != amount) revert UnexpectedCallback();
        uint256 premium = _only(2);
        _runInner(frame, inner, amount);
        token.safeTransfer(msg.sender, amount + premium);
    }

    /// @dev The one element of an array that a callback brings.
    function _only(uint256 index) private pure returns (uint256 element) {
        uint256 count;
        assembly ("memory-safe") {
            let at := add(4, calldataload(add(4, shl(5, index))))
            count := calldataload(at)
            element := calldataload(add(at, 32))
        }
        if (count != 1) revert UnexpectedCallback();
    }

    /// @dev [op][flags][lender 20][token 1](fee 3: V2 only)(amount)[inner 2]
    function _loan(Frame memory frame, uint256 step, uint256 running) internal returns (uint256) {
        uint256 kind = Program.u8(step);
        address lender = Program.addressAt(step + 2);
        address token = _held(frame, Program.u8(step + 22));
        (uint256 amount, uint256 inner) = Program.amount(
            Program.u8(step + 1), step + (kind == Program.LOAN_V2 ? 26 : 23), running
        );
        inner += 2;
        bytes memory data = _announce(frame, lender, amount, step, inner);
        if (kind == Program.LOAN_V3 || kind == Program.LOAN_V2) {
            (uint256 amount0, uint256 amount1) = Program.u8(step + 1) & Program.ZERO_FOR_ONE != 0
                ? (amount, uint256(0))
                : (uint256(0), amount);
            if (kind == Program.LOAN_V3) {
                IUniswapV3Pool(lender).flash(address(this), amount0, amount1, data);
            } else {
                IUniswapV2Pair(lender).swap(amount0, amount1, address(this), data);
            }
        } else if (kind == Program.LOAN_BALANCER_V3) {
            bytes memory call = abi.encodeCall(ICallbacks.balancerV3Unlocked, (data));
            IBalancerV3Vault(lender).unlock(call);
        } else {
            if (kind == Program.LOAN_MORPHO) {
                IMorpho(lender).flashLoan(token, amount, data);
            } else if (kind == Program.LOAN_AAVE_V3) {
                IAaveV3Pool(lender).flashLoanSimple(address(this), token, amount, data, 0);
            } else {
                IERC3156Lender(lender).flashLoan(address(this), token, amount, data);
            }
            token.clearApproval(lender);
        }
        _requireCalledBack(lender);
        return inner + Program.u16(inner - 2);
    }

    /// @dev assets, data
    function _lentByMorpho() internal {
        (Frame memory frame, uint256 amount, uint256 step, uint256 inner) = _accept(1);
        if (_argument(0) != amount) revert UnexpectedCallback();
        _borrowed(frame, Program.LOAN_MORPHO, amount, step, inner).safeApprove(msg.sender, amount);
    }

    /// @dev asset, assets, premium, initiator, data
    function _lentByAave() internal {
        _repayPulled(Program.LOAN_AAVE_V3, _argument(0), _argument(3));
    }

    /// @dev initiator, asset, assets, premium, data
    function _lentByErc3156() internal returns (uint256) {
        _repayPulled(Program.LOAN_ERC3156, _argument(1), _argument(0));
        return uint256(ERC3156_AGREED);
    }

    /// @dev For lenders that name who asked, and pull what is owed.
    function _repayPulled(uint256 kind, uint256 asset, uint256 initiator) private {
        (Frame memory frame, uint256 amount, uint256 step, uint256 inner) = _accept(4);
        bool isAave = kind == Program.LOAN_AAVE_V3;
        uint256 assets = _argument(isAave ? 1 : 2);
        uint256 premium = _argument(isAave ? 2 : 3);
        if (assets != amount || initiator != uint256(uint160(address(this)))) {
            revert UnexpectedCallback();
        }
        address token = _borrowed(frame, kind, amount, step, inner);
        if (asset != uint256(uint160(token))) revert UnexpectedCallback();
        token.safeApprove(msg.sender, amount + premium);
    }

    /// @dev data
    function _unlockedBalancerV3() internal {
        (Frame memory frame, uint256 amount, uint256 step, uint256 inner) = _accept(0);
        IBalancerV3Vault(msg.sender)
            .sendTo(Program.token(frame, Program.u8(step + 22)), address(this), amount);
        address token = _borrowed(frame, Program.LOAN_BALANCER_V3, amount, step, inner);
        token.safeTransfer(msg.sender, amount);
        IBalancerV3Vault(msg.sender).settle(token, amount);
    }

    /// @dev fee 0, fee 1, data; Pancake's has another name only
    function _lentByV3() internal {
        (Frame memory frame, uint256 amount, uint256 step, uint256 inner) = _accept(2);
        address token = _borrowed(frame, Program.LOAN_V3, amount, step, inner);
        bool isToken0 = Program.u8(step + 1) & Program.ZERO_FOR_ONE != 0;
        token.safeTransfer(msg.sender, amount + _argument(isToken0 ? 0 : 1));
    }

    /// @dev sender, out 0, out 1, data; Pancake's and Solidly's have other names only
    function _paidByPair() internal {
        if (_argument(0) != uint256(uint160(address(this)))) revert UnexpectedCallback();
        (Frame memory frame, uint256 amount, uint256 step, uint256 inner) = _accept(3);
        uint256 kind = Program.u8(step);
        if (kind == Program.LOAN_V2) {
            address token = _borrowed(frame, Program.LOAN_V2, amount, step, inner);
            uint256 kept = PIPS_WHOLE - Program.u24(step + 23);
            // Rounded up: the pair takes its fee of what comes in, not of what went out.
            token.safeTransfer(msg.sender, (amount * PIPS_WHOLE + kept - 1) / kept);
            return;
        }
        if (kind != Program.SWAP_V2 && kind != Program.SWAP_SOLIDLY) revert UnexpectedCallback();
        uint256 out0 = _argument(1);
        uint256 running = out0 > 0 ? out0 : _argument(2);
        _runInner(frame, inner, running);
        if (Program.u8(step + 1) & Program.PREPAID != 0) return;
        uint256 tokenInAt = kind == Program.SWAP_V2 ? step + 25 : step + 22;
        _held(frame, Program.u8(tokenInAt)).safeTransfer(msg.sender, amount);
    }

    /// @dev The steps between loan and repayment.
    function _borrowed(
        Frame memory frame,
        uint256 kind,
        uint256 amount,
        uint256 step,
        uint256 inner
    ) private returns (address) {
        if (Program.u8(step) != kind) revert UnexpectedCallback();
        _runInner(frame, inner, amount);
        return _held(frame, Program.u8(step + 22));
    }
}
