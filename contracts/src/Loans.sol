// SPDX-License-Identifier: MIT
pragma solidity 0.8.26;

import {
    IAaveV3Pool,
    IBalancerV2Vault,
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

    function unlockCallback(bytes calldata data) external returns (bytes memory) {
        (Frame memory frame, uint256 running, uint256 step, uint256 inner) = _accept(data);
        if (Program.u8(step) != Program.UNLOCK_V4) revert UnexpectedCallback();
        return abi.encode(_run(frame, inner, inner + Program.u16(inner - 2), running));
    }

    /// @dev [op][flags][token 1](amount)[inner 2]
    function _loanBalancerV2(Frame memory frame, uint256 step, uint256 running)
        internal
        returns (uint256)
    {
        (uint256 amount, uint256 next) = Program.amount(Program.u8(step + 1), step + 3, running);
        address[] memory tokens = new address[](1);
        uint256[] memory amounts = new uint256[](1);
        (tokens[0], amounts[0]) = (Program.token(frame, Program.u8(step + 2)), amount);
        bytes memory data = _announce(frame, vault, amount, step, next + 2);
        IBalancerV2Vault(vault).flashLoan(address(this), tokens, amounts, data);
        _requireCalledBack(vault);
        return next + 2 + Program.u16(next);
    }

    function receiveFlashLoan(
        address[] calldata tokens,
        uint256[] calldata amounts,
        uint256[] calldata premiums,
        bytes calldata data
    ) external {
        (Frame memory frame, uint256 amount, uint256 step, uint256 inner) = _accept(data);
        if (Program.u8(step) != Program.LOAN_BALANCER_V2) revert UnexpectedCallback();
        address token = _held(frame, Program.u8(step + 2));
        if (tokens.length != 1 || tokens[0] != token || amounts[0] != amount) {
            revert UnexpectedCallback();
        }
        _run(frame, inner, inner + Program.u16(inner - 2), amount);
        token.safeTransfer(msg.sender, amount + premiums[0]);
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
            bytes memory call = abi.encodeCall(this.balancerV3Unlocked, (data));
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

    function onMorphoFlashLoan(uint256 assets, bytes calldata data) external {
        (Frame memory frame, uint256 amount, uint256 step, uint256 inner) = _accept(data);
        if (assets != amount) revert UnexpectedCallback();
        _borrowed(frame, Program.LOAN_MORPHO, amount, step, inner).safeApprove(msg.sender, amount);
    }

    function executeOperation(
        address asset,
        uint256 assets,
        uint256 premium,
        address initiator,
        bytes calldata data
    ) external returns (bool) {
        (Frame memory frame, uint256 amount, uint256 step, uint256 inner) = _accept(data);
        if (assets != amount || initiator != address(this)) revert UnexpectedCallback();
        address token = _borrowed(frame, Program.LOAN_AAVE_V3, amount, step, inner);
        if (asset != token) revert UnexpectedCallback();
        token.safeApprove(msg.sender, amount + premium);
        return true;
    }

    function onFlashLoan(
        address initiator,
        address asset,
        uint256 assets,
        uint256 premium,
        bytes calldata data
    ) external returns (bytes32) {
        (Frame memory frame, uint256 amount, uint256 step, uint256 inner) = _accept(data);
        if (assets != amount || initiator != address(this)) revert UnexpectedCallback();
        address token = _borrowed(frame, Program.LOAN_ERC3156, amount, step, inner);
        if (asset != token) revert UnexpectedCallback();
        token.safeApprove(msg.sender, amount + premium);
        return ERC3156_AGREED;
    }

    function balancerV3Unlocked(bytes calldata data) external {
        (Frame memory frame, uint256 amount, uint256 step, uint256 inner) = _accept(data);
        IBalancerV3Vault(msg.sender)
            .sendTo(Program.token(frame, Program.u8(step + 22)), address(this), amount);
        address token = _borrowed(frame, Program.LOAN_BALANCER_V3, amount, step, inner);
        token.safeTransfer(msg.sender, amount);
        IBalancerV3Vault(msg.sender).settle(token, amount);
    }

    function uniswapV3FlashCallback(uint256 fee0, uint256 fee1, bytes calldata data) external {
        _repayV3(fee0, fee1, data);
    }

    function pancakeV3FlashCallback(uint256 fee0, uint256 fee1, bytes calldata data) external {
        _repayV3(fee0, fee1, data);
    }

    function _repayV3(uint256 fee0, uint256 fee1, bytes calldata data) private {
        (Frame memory frame, uint256 amount, uint256 step, uint256 inner) = _accept(data);
        address token = _borrowed(frame, Program.LOAN_V3, amount, step, inner);
        bool isToken0 = Program.u8(step + 1) & Program.ZERO_FOR_ONE != 0;
        token.safeTransfer(msg.sender, amount + (isToken0 ? fee0 : fee1));
    }

    function uniswapV2Call(address sender, uint256 out0, uint256 out1, bytes calldata data)
        external
    {
        _payPair(sender, out0, out1, data);
    }

    function pancakeCall(address sender, uint256 out0, uint256 out1, bytes calldata data) external {
        _payPair(sender, out0, out1, data);
    }

    /// @notice Solidly's callback.
    function hook(address sender, uint256 out0, uint256 out1, bytes calldata data) external {
        _payPair(sender, out0, out1, data);
    }

    function _payPair(address sender, uint256 out0, uint256 out1, bytes calldata data) private {
        if (sender != address(this)) revert UnexpectedCallback();
        (Frame memory frame, uint256 amount, uint256 step, uint256 inner) = _accept(data);
        uint256 kind = Program.u8(step);
        if (kind == Program.LOAN_V2) {
            address token = _borrowed(frame, Program.LOAN_V2, amount, step, inner);
            uint256 kept = PIPS_WHOLE - Program.u24(step + 23);
            // Rounded up: the pair takes its fee of what comes in, not of what went out.
            token.safeTransfer(msg.sender, (amount * PIPS_WHOLE + kept - 1) / kept);
            return;
        }
        if (kind != Program.SWAP_V2 && kind != Program.SWAP_SOLIDLY) revert UnexpectedCallback();
        _run(frame, inner, inner + Program.u16(inner - 2), out0 > 0 ? out0 : out1);
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
        _run(frame, inner, inner + Program.u16(inner - 2), amount);
        return _held(frame, Program.u8(step + 22));
    }
}
