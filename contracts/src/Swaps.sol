// SPDX-License-Identifier: MIT
pragma solidity 0.8.26;

import {Expectation} from "./Expectation.sol";
import {
    IBalancerV2Vault,
    ICurvePool,
    IPoolManager,
    ISolidlyPair,
    IUniswapV2Pair,
    IWETH9,
    PoolKey,
    SwapParams
} from "./Interfaces.sol";
import {Frame, Program} from "./Program.sol";
import {SafeTransfer} from "./SafeTransfer.sol";

/// @title One function per kind of swap. Each takes the position of its step and the running
/// amount, and gives the position after it and the new running amount.
/// @notice No function here trusts a pool: what a pool claims to have paid is spent only from
/// tokens whose balances `execute` compares at its end.
abstract contract Swaps is Expectation {
    using SafeTransfer for address;

    uint256 private constant PIPS_WHOLE = 1_000_000;
    uint160 private constant PRICE_LEAST = 4295128740; // TickMath.MIN_SQRT_RATIO + 1
    uint160 private constant PRICE_MOST = 1461446703485210103287273052203988822378723970341;
    uint256 private constant SIGNED_MAX = uint256(type(int256).max);

    address internal immutable weth;
    /// @notice Balancer V2's vault; zero where there is none.
    address internal immutable vault;
    /// @notice Uniswap V4's pool manager; zero where there is none.
    address internal immutable poolManager;

    error TokenNotHeld(uint256 index);
    error NextTakesNothing(uint256 op);
    error AmountTooLarge(uint256 amount);
    error FeePipsTooHigh(uint256 feePips);
    error OutputBeyondReserve(uint256 amountOut, uint256 reserve);
    error StepNeedsWeth(address token);
    error EtherTransferFailed(address to, uint256 amount);

    /// @dev Runs the steps of [at, end).
    function _run(Frame memory frame, uint256 at, uint256 end, uint256 running)
        internal
        virtual
        returns (uint256);

    /// @dev Runs the steps at `inner`; the two bytes before it count theirs.
    function _runInner(Frame memory frame, uint256 inner, uint256 running)
        internal
        returns (uint256)
    {
        // Positions are sums of a calldata offset and small numbers.
        unchecked {
            return _run(frame, inner, inner + Program.u16(inner - 2), running);
        }
    }

    // --- what swaps share ---

    /// @dev Tokens leave only if `execute` noted their balance before and compares it after.
    function _held(Frame memory frame, uint256 index) internal pure returns (address) {
        if (index >= Program.u8(frame.base + Program.HELD_COUNT)) revert TokenNotHeld(index);
        return Program.token(frame, index);
    }

    function _receiver(uint256 flags, uint256 next) private view returns (address) {
        uint256 to = flags & Program.TO_MASK;
        if (to == Program.TO_SELF) return address(this);
        if (to == Program.TO_NEXT) {
            // Only a pair waits for what it is paid; elsewhere these bytes are no pool at all.
            uint256 op = Program.u8(next);
            if (op != Program.SWAP_V2 && op != Program.SWAP_SOLIDLY) revert NextTakesNothing(op);
            return Program.addressAt(next + 2);
        }
        return to == Program.TO_CALLER ? msg.sender : poolManager;
    }

    function _signed(uint256 amount) private pure returns (int256) {
        if (amount > SIGNED_MAX) revert AmountTooLarge(amount);
        // Checked on the line before.
        // forge-lint: disable-next-line(unsafe-typecast)
        return int256(amount);
    }

    /// @dev What a pool gave: its own delta's negative, or nothing when it claims to have taken.
    function _given(int256 delta) private pure returns (uint256) {
        // Negative, so that its negative is positive.
        // forge-lint: disable-next-line(unsafe-typecast)
        return delta < 0 ? uint256(-delta) : 0;
    }

    // --- pairs: Uniswap V2 and its forks, Solidly ---

    /// @dev [op][flags][pair 20][fee 3][token in 1](amount)(inner 2)
    function _swapV2(Frame memory frame, uint256 step, uint256 running)
        internal
        returns (uint256, uint256)
    {
        // Positions are sums of a calldata offset and small numbers; amounts are checked elsewhere.
        unchecked {
            uint256 flags = Program.u8(step + 1);
            address pair = Program.addressAt(step + 2);
            (uint256 amount, uint256 next) = Program.amount(flags, step + 26, running);
            uint256 feePips = Program.u24(step + 22);
            if (feePips >= PIPS_WHOLE) revert FeePipsTooHigh(feePips);
            (uint256 reserveIn, uint256 reserveOut) = _reserves(pair, flags);
            if (flags & Program.EXACT_OUT == 0) {
                uint256 out = _outputOf(amount, PIPS_WHOLE - feePips, reserveIn, reserveOut);
                return _swapPair(frame, step, step + 25, next, amount, out);
            }
            uint256 paid = _inputFor(amount, PIPS_WHOLE - feePips, reserveIn, reserveOut);
            return _swapPair(frame, step, step + 25, next, paid, amount);
        }
    }

    /// @dev The most the pair's own check of its product allows, rounded down as it must be.
    function _outputOf(uint256 amountIn, uint256 kept, uint256 reserveIn, uint256 reserveOut)
        private
        pure
        returns (uint256)
    {
        uint256 keptIn = amountIn * kept;
        return keptIn * reserveOut / (reserveIn * PIPS_WHOLE + keptIn);
    }

    /// @dev One more than the floor is enough for that check, and at most one too many.
    function _inputFor(uint256 amountOut, uint256 kept, uint256 reserveIn, uint256 reserveOut)
        private
        pure
        returns (uint256)
    {
        if (amountOut >= reserveOut) revert OutputBeyondReserve(amountOut, reserveOut);
        return reserveIn * amountOut * PIPS_WHOLE / ((reserveOut - amountOut) * kept) + 1;
    }

    /// @dev [op][flags][pair 20][token in 1](amount)(inner 2)
    function _swapSolidly(Frame memory frame, uint256 step, uint256 running)
        internal
        returns (uint256, uint256)
    {
        address pair = Program.addressAt(step + 2);
        (uint256 amountIn, uint256 next) = Program.amount(Program.u8(step + 1), step + 23, running);
        address tokenIn = Program.token(frame, Program.u8(step + 22));
        uint256 amountOut = ISolidlyPair(pair).getAmountOut(amountIn, tokenIn);
        return _swapPair(frame, step, step + 22, next, amountIn, amountOut);
    }

    function _swapPair(
        Frame memory frame,
        uint256 step,
        uint256 tokenInAt,
        uint256 next,
        uint256 amountIn,
        uint256 amountOut
    ) private returns (uint256, uint256) {
        unchecked {
            uint256 flags = Program.u8(step + 1);
            address pair = Program.addressAt(step + 2);
            if (flags & Program.NESTED == 0) {
                if (flags & Program.PAY != 0) {
                    _held(frame, Program.u8(tokenInAt)).safeTransfer(pair, amountIn);
                }
                _callPair(pair, flags, amountOut, _receiver(flags, next));
                return (next, amountOut);
            }
            uint256 inner = next + 2;
            bytes memory data = _announce(frame, pair, amountIn, step, inner);
            (uint256 out0, uint256 out1) = flags & Program.ZERO_FOR_ONE != 0
                ? (uint256(0), amountOut)
                : (amountOut, uint256(0));
            // A pair calls back whoever it pays.
            IUniswapV2Pair(pair).swap(out0, out1, address(this), data);
            _requireCalledBack(pair);
            return (inner + Program.u16(next), amountOut);
        }
    }

    function _callPair(address pair, uint256 flags, uint256 amountOut, address to) private {
        assembly ("memory-safe") {
            let p := mload(0x40)
            mstore(p, shl(224, 0x022c0d9f)) // swap(uint256,uint256,address,bytes)
            mstore(add(p, 4), 0)
            mstore(add(p, 36), 0)
            // 0x10 is ZERO_FOR_ONE: then the output is token1.
            mstore(add(p, add(4, mul(32, gt(and(flags, 0x10), 0)))), amountOut)
            mstore(add(p, 68), to)
            mstore(add(p, 100), 0x80)
            mstore(add(p, 132), 0)
            // A pair that is no contract gives no reserves, so the code was there a moment ago.
            if iszero(call(gas(), pair, 0, p, 164, 0, 0)) {
                returndatacopy(p, 0, returndatasize())
                revert(p, returndatasize())
            }
        }
    }

    function _reserves(address pair, uint256 flags)
        private
        view
        returns (uint256 reserveIn, uint256 reserveOut)
    {
        assembly ("memory-safe") {
            let p := mload(0x40)
            mstore(0, shl(224, 0x0902f1ac)) // getReserves()
            let done := staticcall(gas(), pair, 0, 4, p, 64)
            if iszero(and(done, gt(returndatasize(), 63))) { revert(0, 0) }
            let forward := gt(and(flags, 0x10), 0)
            reserveIn := mload(add(p, shl(5, iszero(forward))))
            reserveOut := mload(add(p, shl(5, forward)))
        }
    }

    // --- Uniswap V3 and Pancake V3 ---

    /// @dev [op][flags][pool 20][token in 1](amount)(inner 2)
    function _swapV3(Frame memory frame, uint256 step, uint256 running)
        internal
        returns (uint256, uint256)
    {
        unchecked {
            uint256 flags = Program.u8(step + 1);
            (uint256 amount, uint256 inner) = Program.amount(flags, step + 23, running);
            uint256 next = inner;
            if (flags & Program.NESTED != 0) {
                next = inner + 2 + Program.u16(inner);
                inner += 2;
            }
            int256 specified = _signed(amount);
            if (flags & Program.EXACT_OUT != 0) specified = -specified;
            return (next, _callV3(frame, step, inner, flags, specified));
        }
    }

    function _callV3(
        Frame memory frame,
        uint256 step,
        uint256 inner,
        uint256 flags,
        int256 specified
    ) private returns (uint256) {
        address pool = Program.addressAt(step + 2);
        address to = _receiver(flags, inner);
        // Room for the selector and five arguments before the data, which `_announce` makes.
        uint256 head;
        assembly ("memory-safe") {
            head := mload(0x40)
            mstore(0x40, add(head, 192))
        }
        bytes memory data = _announce(frame, pool, 0, step, inner);
        uint256 zeroForOne = flags & Program.ZERO_FOR_ONE;
        uint256 limit = zeroForOne != 0 ? PRICE_LEAST : PRICE_MOST;
        int256 delta;
        assembly ("memory-safe") {
            // The data begin at head + 192, so that the call begins 164 bytes before them.
            let call0 := add(head, 28)
            mstore(head, 0x128acb08) // swap(address,bool,int256,uint160,bytes)
            mstore(add(call0, 4), to)
            mstore(add(call0, 36), gt(zeroForOne, 0))
            mstore(add(call0, 68), specified)
            mstore(add(call0, 100), limit)
            mstore(add(call0, 132), 0xa0)
            let done := call(gas(), pool, 0, call0, add(196, mload(data)), 0, 64)
            if iszero(and(done, gt(returndatasize(), 63))) {
                returndatacopy(head, 0, returndatasize())
                revert(head, returndatasize())
            }
            // What went out is the second amount when token0 came in.
            delta := mload(shl(5, gt(zeroForOne, 0)))
        }
        _requireCalledBack(pool);
        return _given(delta);
    }

    // --- Uniswap V4, inside an unlock ---

    /// @dev [op][flags][currency0 1][currency1 1][fee 3][tick spacing 3](amount); no hooks
    function _swapV4(Frame memory frame, uint256 step, uint256 running)
        internal
        returns (uint256, uint256)
    {
        uint256 flags = Program.u8(step + 1);
        (uint256 amount, uint256 next) = Program.amount(flags, step + 10, running);
        int256 specified = _signed(amount);
        bool zeroForOne = flags & Program.ZERO_FOR_ONE != 0;
        PoolKey memory key = PoolKey({
            currency0: Program.token(frame, Program.u8(step + 2)),
            currency1: Program.token(frame, Program.u8(step + 3)),
            // Three bytes were read.
            // forge-lint: disable-next-line(unsafe-typecast)
            fee: uint24(Program.u24(step + 4)),
            // Three bytes were read; their sign is meant.
            // forge-lint: disable-next-line(unsafe-typecast)
            tickSpacing: int24(uint24(Program.u24(step + 7))),
            hooks: address(0)
        });
        // The sign is the opposite of V3's, and so is that of the deltas: ours, not the pool's.
        int256 delta = IPoolManager(poolManager)
            .swap(
                key,
                SwapParams({
                zeroForOne: zeroForOne,
                amountSpecified: flags & Program.EXACT_OUT != 0 ? specified : -specified,
                sqrtPriceLimitX96: zeroForOne ? PRICE_LEAST : PRICE_MOST
            }),
                ""
            );
        // Two signed halves in one word (v4-core, BalanceDelta).
        // forge-lint: disable-next-line(unsafe-typecast)
        int256 received = zeroForOne ? int256(int128(delta)) : delta >> 128;
        // Positive.
        // forge-lint: disable-next-line(unsafe-typecast)
        return (next, received > 0 ? uint256(received) : 0);
    }

    /// @dev [op][flags][token 1](amount)
    function _takeV4(Frame memory frame, uint256 step, uint256 running)
        internal
        returns (uint256, uint256)
    {
        uint256 flags = Program.u8(step + 1);
        (uint256 amount, uint256 next) = Program.amount(flags, step + 3, running);
        address currency = Program.token(frame, Program.u8(step + 2));
        IPoolManager(poolManager).take(currency, _receiver(flags, next), amount);
        return (next, amount);
    }

    /// @dev [op][flags][token 1]: what reaches the manager from now on is ours to settle with.
    function _syncV4(Frame memory frame, uint256 step) internal returns (uint256) {
        IPoolManager(poolManager).sync(Program.token(frame, Program.u8(step + 2)));
        return step + 3;
    }

    /// @dev [op][flags][token 1](amount); prepaid: a swap since the last sync paid the manager
    function _settleV4(Frame memory frame, uint256 step, uint256 running)
        internal
        returns (uint256, uint256)
    {
        uint256 flags = Program.u8(step + 1);
        (uint256 amount, uint256 next) = Program.amount(flags, step + 3, running);
        uint256 index = Program.u8(step + 2);
        uint256 value;
        if (flags & Program.PREPAID == 0) {
            if (Program.token(frame, index) == address(0)) {
                value = amount;
            } else {
                address token = _held(frame, index);
                IPoolManager(poolManager).sync(token);
                token.safeTransfer(poolManager, amount);
            }
        }
        IPoolManager(poolManager).settle{value: value}();
        return (next, amount);
    }

    // --- Balancer V2 ---

    /// @dev [op][flags][token in 1][token out 1][pool id 32](amount)
    function _swapBalancer(Frame memory frame, uint256 step, uint256 running)
        internal
        returns (uint256, uint256)
    {
        uint256 flags = Program.u8(step + 1);
        (uint256 amount, uint256 next) = Program.amount(flags, step + 36, running);
        address tokenIn = _held(frame, Program.u8(step + 2));
        IBalancerV2Vault.SingleSwap memory single = IBalancerV2Vault.SingleSwap({
            poolId: bytes32(Program.word(step + 4)),
            kind: 0,
            assetIn: tokenIn,
            assetOut: Program.token(frame, Program.u8(step + 3)),
            amount: amount,
            userData: ""
        });
        tokenIn.safeApprove(vault, amount);
        uint256 out = IBalancerV2Vault(vault)
            .swap(single, _funds(_receiver(flags, next)), 0, type(uint256).max);
        tokenIn.clearApproval(vault);
        return (next, out);
    }

    function _funds(address to) private view returns (IBalancerV2Vault.FundManagement memory) {
        return IBalancerV2Vault.FundManagement(address(this), false, to, false);
    }

    /// @dev [op][flags][swaps 1][token in 1](amount) and per swap [token out 1][pool id 32].
    /// A batch that ends in its first token needs no capital: the vault nets.
    function _batchBalancer(Frame memory frame, uint256 step, uint256 running)
        internal
        returns (uint256 next, uint256 out)
    {
        uint256 flags = Program.u8(step + 1);
        uint256 amount;
        (amount, next) = Program.amount(flags, step + 4, running);
        uint256 first = Program.u8(step + 3);
        uint256 last = first;
        IBalancerV2Vault.BatchSwapStep[] memory swaps =
            new IBalancerV2Vault.BatchSwapStep[](Program.u8(step + 2));
        for (uint256 i = 0; i < swaps.length; ++i) {
            uint256 index = Program.u8(next);
            swaps[i] = IBalancerV2Vault.BatchSwapStep({
                poolId: bytes32(Program.word(next + 1)),
                assetInIndex: last,
                assetOutIndex: index,
                amount: i == 0 ? amount : 0,
                userData: ""
            });
            last = index;
            next += 33;
        }
        if (first != last) _held(frame, first).safeApprove(vault, amount);
        int256[] memory deltas = _batch(frame, swaps, _receiver(flags, next));
        if (first != last) Program.token(frame, first).clearApproval(vault);
        out = _given(deltas[last]);
    }

    function _batch(Frame memory frame, IBalancerV2Vault.BatchSwapStep[] memory swaps, address to)
        private
        returns (int256[] memory)
    {
        uint256 count = Program.u8(frame.base + Program.TOKEN_COUNT);
        address[] memory assets = new address[](count);
        int256[] memory limits = new int256[](count);
        for (uint256 i = 0; i < count; ++i) {
            assets[i] = Program.token(frame, i);
            limits[i] = type(int256).max;
        }
        return
            IBalancerV2Vault(vault)
                .batchSwap(0, swaps, assets, _funds(to), limits, type(uint256).max);
    }

    // --- Curve ---

    /// @dev [op][flags][pool 20][token in 1][token out 1][i 1][j 1](amount)
    function _swapCurve(Frame memory frame, uint256 step, uint256 running)
        internal
        returns (uint256, uint256)
    {
        uint256 flags = Program.u8(step + 1);
        address pool = Program.addressAt(step + 2);
        (uint256 amount, uint256 next) = Program.amount(flags, step + 26, running);
        address tokenIn = _held(frame, Program.u8(step + 22));
        // Old pools return nothing, so what came is measured.
        address tokenOut = Program.token(frame, Program.u8(step + 23));
        uint256 before = tokenOut.balanceHere();
        tokenIn.safeApprove(pool, amount);
        uint256 i = Program.u8(step + 24);
        uint256 j = Program.u8(step + 25);
        if (flags & Program.UINT256_INDICES != 0) {
            ICurvePool(pool).exchange(i, j, amount, 0);
        } else {
            // One byte each.
            // forge-lint: disable-next-line(unsafe-typecast)
            ICurvePool(pool).exchange(int128(int256(i)), int128(int256(j)), amount, 0);
        }
        tokenIn.clearApproval(pool);
        return (next, tokenOut.balanceHere() - before);
    }

    // --- ether ---

    /// @dev [op][flags](amount)
    function _wrap(uint256 step, uint256 running) internal returns (uint256, uint256) {
        (uint256 amount, uint256 next) = Program.amount(Program.u8(step + 1), step + 2, running);
        IWETH9(weth).deposit{value: amount}();
        return (next, amount);
    }

    /// @dev [op][flags][token 1](amount): WETH leaves, so it must be held like any other
    function _unwrap(Frame memory frame, uint256 step, uint256 running)
        internal
        returns (uint256, uint256)
    {
        (uint256 amount, uint256 next) = Program.amount(Program.u8(step + 1), step + 3, running);
        address token = _held(frame, Program.u8(step + 2));
        if (token != weth) revert StepNeedsWeth(token);
        IWETH9(weth).withdraw(amount);
        return (next, amount);
    }

    // --- callbacks of swaps ---

    /// @dev delta 0, delta 1, data; Pancake's has another name only
    function _askedByV3() internal {
        (Frame memory frame,, uint256 step, uint256 inner) = _accept(2);
        if (Program.u8(step) != Program.SWAP_V3) revert UnexpectedCallback();
        unchecked {
            uint256 flags = Program.u8(step + 1);
            // Of two deltas the pool asks for one and has paid the other.
            uint256 first = flags & Program.ZERO_FOR_ONE != 0 ? 0 : 1;
            if (flags & Program.NESTED != 0) {
                // The pool's own word, as two's complement.
                // forge-lint: disable-next-line(unsafe-typecast)
                uint256 received = _given(int256(_argument(1 - first)));
                _runInner(frame, inner, received);
                if (flags & Program.PREPAID != 0) return;
            }
            // forge-lint: disable-next-line(unsafe-typecast)
            int256 owed = int256(_argument(first));
            if (owed > 0) {
                // Positive.
                // forge-lint: disable-next-line(unsafe-typecast)
                _held(frame, Program.u8(step + 22)).safeTransfer(msg.sender, uint256(owed));
            }
        }
    }
}
