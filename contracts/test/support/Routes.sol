// SPDX-License-Identifier: MIT
pragma solidity 0.8.26;

import {Program} from "../../src/Program.sol";
import {Steps} from "./Steps.sol";
import {World} from "./World.sol";

/// @dev Steps for every family and every lender of the world.
abstract contract Routes is World {
    enum Family {
        V2,
        V3,
        Pancake,
        V4,
        V4Ether,
        Balancer,
        Batch,
        Curve,
        CurveQuiet,
        CurveIndexed,
        Solidly
    }

    enum Lender {
        BalancerV2,
        Morpho,
        BalancerV3,
        V4,
        Aave,
        Erc3156,
        V3,
        V2
    }

    uint8 internal constant ETHER = 2;
    uint8 internal constant FAMILIES = 11;
    uint8 internal constant LENDERS = 8;

    /// @dev Sells the running amount, which lies in the executor, and leaves the proceeds there.
    /// V4 opens the manager by itself unless it is open already.
    function _swapHeld(Family family, bool sellsWeth, bool unlocked)
        internal
        view
        returns (bytes memory)
    {
        (uint8 tokenIn, uint8 tokenOut) = sellsWeth ? (WETH, USDC) : (USDC, WETH);
        address input = sellsWeth ? address(weth) : address(usdc);
        if (family == Family.V2) {
            // Sold where it is dear, bought where it is cheap.
            address pair = sellsWeth ? address(dearPair) : address(cheapPair);
            return Steps.swapV2(Program.PAY | _forward(pair, input), pair, FEE, tokenIn, 0);
        }
        if (family == Family.V3 || family == Family.Pancake) {
            address v3 = family == Family.V3 ? address(v3Pool) : address(pancakePool);
            return Steps.swapV3(_forward(v3, input), v3, tokenIn, 0);
        }
        if (family == Family.V4) {
            bool usdcIs0 = address(usdc) < address(weth);
            bytes memory inner = bytes.concat(
                Steps.settle(0, tokenIn, 0),
                Steps.swapV4(
                    usdcIs0 == sellsWeth ? 0 : Program.ZERO_FOR_ONE,
                    usdcIs0 ? USDC : WETH,
                    usdcIs0 ? WETH : USDC,
                    FEE,
                    60,
                    0
                ),
                Steps.take(0, tokenOut, 0)
            );
            return unlocked ? inner : Steps.unlock(inner);
        }
        if (family == Family.V4Ether) {
            bytes memory inner = bytes.concat(
                Steps.settle(0, sellsWeth ? ETHER : USDC, 0),
                Steps.swapV4(sellsWeth ? Program.ZERO_FOR_ONE : 0, ETHER, USDC, FEE, 60, 0),
                Steps.take(0, sellsWeth ? USDC : ETHER, 0)
            );
            if (!unlocked) inner = Steps.unlock(inner);
            return sellsWeth
                ? bytes.concat(Steps.unwrap(WETH, 0), inner)
                : bytes.concat(inner, Steps.wrap(0));
        }
        if (family == Family.Balancer) {
            return Steps.swapBalancer(0, tokenIn, tokenOut, weightedId, 0);
        }
        if (family == Family.Batch) {
            uint8[] memory out = new uint8[](1);
            bytes32[] memory ids = new bytes32[](1);
            (out[0], ids[0]) = (tokenOut, weightedId);
            return Steps.batchBalancer(0, tokenIn, out, ids, 0);
        }
        if (family == Family.Solidly) {
            return Steps.swapSolidly(
                Program.PAY | _forward(address(solidly), input), address(solidly), tokenIn, 0
            );
        }
        bool indexed_ = family == Family.CurveIndexed;
        address pool = family == Family.Curve
            ? address(curve)
            : indexed_ ? address(curveIndexed) : address(curveQuiet);
        return Steps.swapCurve(
            indexed_ ? Program.UINT256_INDICES : 0, pool, tokenIn, tokenOut, tokenIn, tokenOut, 0
        );
    }

    function _borrow(Lender lender, uint256 amount, bytes memory inner)
        internal
        view
        returns (bytes memory)
    {
        if (lender == Lender.BalancerV2) return Steps.loanBalancerV2(WETH, amount, inner);
        if (lender == Lender.V4) {
            return Steps.unlock(
                bytes.concat(Steps.take(0, WETH, amount), inner, Steps.settle(0, WETH, amount))
            );
        }
        if (lender == Lender.V2) {
            address pair = address(lendingPair);
            return Steps.loanV2(_forward(pair, address(weth)), pair, WETH, FEE, amount, inner);
        }
        if (lender == Lender.V3) {
            address pool = address(v3Lender);
            return
                Steps.loan(
                    Program.LOAN_V3, _forward(pool, address(weth)), pool, WETH, amount, inner
                );
        }
        (uint256 kind, address from) = lender == Lender.Morpho
            ? (Program.LOAN_MORPHO, address(morpho))
            : lender == Lender.BalancerV3
                ? (Program.LOAN_BALANCER_V3, address(balancerV3))
                : lender == Lender.Aave
                    ? (Program.LOAN_AAVE_V3, address(aave))
                    : (Program.LOAN_ERC3156, address(erc3156));
        return Steps.loan(kind, 0, from, WETH, amount, inner);
    }

    /// @dev By the lender's own rule.
    function _premium(Lender lender, uint256 amount) internal pure returns (uint256) {
        if (lender == Lender.Aave) return (amount * 5 + 9_999) / 10_000;
        if (lender == Lender.Erc3156) return amount * 9 / 10_000;
        if (lender == Lender.V3) return (amount + 99) / 100;
        if (lender == Lender.V2) return (amount * 1_000 + 996) / 997 - amount;
        return 0;
    }
}
