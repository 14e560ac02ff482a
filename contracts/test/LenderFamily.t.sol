// SPDX-License-Identifier: MIT
pragma solidity 0.8.26;

import {Steps} from "./support/Steps.sol";
import {Routes} from "./support/Routes.sol";
import {vm} from "./support/Vm.sol";

/// @dev Every lender with every family, in both places of a cycle: either it earns exactly what the
/// same swaps earn with capital of our own, less the premium, or the lender's lock forbids it.
contract LenderFamilyTest is Routes {
    uint256 private constant NOTIONAL = 2 ether;

    function test_family_sells_with_every_lender() public {
        _everyPair(true);
    }

    function test_family_buys_with_every_lender() public {
        _everyPair(false);
    }

    function _everyPair(bool familyFirst) private {
        for (uint8 f = 0; f < FAMILIES; ++f) {
            Family family = Family(f);
            uint256 own = _profitWithCapital(family, familyFirst);
            vm.assertGt(own, 0, "the route earns");
            for (uint8 l = 0; l < LENDERS; ++l) {
                _onePair(Lender(l), family, familyFirst, own);
            }
        }
    }

    function _onePair(Lender lender, Family family, bool familyFirst, uint256 own) private {
        string memory name = string.concat(
            "lender ", vm.toString(uint256(lender)), " family ", vm.toString(uint256(family))
        );
        uint256 before = vm.snapshotState();
        bytes memory inner = _legs(family, familyFirst, lender == Lender.V4);
        (bool done, bytes memory answer) = _try(_program(_borrow(lender, NOTIONAL, inner)));
        if (_conflicts(lender, family)) {
            vm.assertFalse(done, string.concat(name, ": must be refused"));
        } else {
            vm.assertTrue(done, string.concat(name, ": ", vm.toString(answer)));
            uint256 premium = _premium(lender, NOTIONAL);
            uint256 profit = abi.decode(answer, (uint256));
            // One unit of WETH stays, where none was before.
            vm.assertEq(profit + premium + 1, own, name);
            vm.assertEq(weth.balanceOf(RECIPIENT), profit, name);
            _assertClean(name);
        }
        vm.revertToState(before);
    }

    function _assertClean(string memory name) private view {
        vm.assertEq(weth.balanceOf(address(executor)), 1, name);
        vm.assertLe(usdc.balanceOf(address(executor)), 1, name);
        vm.assertEq(address(executor).balance, 0, name);
        address[7] memory spenders = [
            address(vault),
            address(morpho),
            address(aave),
            address(erc3156),
            address(curve),
            address(curveQuiet),
            address(curveIndexed)
        ];
        for (uint256 i = 0; i < spenders.length; ++i) {
            vm.assertEq(weth.allowance(address(executor), spenders[i]), 0, name);
            vm.assertEq(usdc.allowance(address(executor), spenders[i]), 0, name);
        }
    }

    /// @dev Balancer V2's loan and its swaps share a lock.
    function _conflicts(Lender lender, Family family) private pure returns (bool) {
        return lender == Lender.BalancerV2 && (family == Family.Balancer || family == Family.Batch);
    }

    function _legs(Family family, bool familyFirst, bool unlocked) private returns (bytes memory) {
        return familyFirst
            ? bytes.concat(_swapHeld(family, true, unlocked), _swapHeld(Family.V2, false, false))
            : bytes.concat(_swapHeld(Family.V2, true, false), _swapHeld(family, false, unlocked));
    }

    /// @dev The same swaps without any lender, on WETH that lies in the executor.
    function _profitWithCapital(Family family, bool familyFirst) private returns (uint256 profit) {
        uint256 before = vm.snapshotState();
        weth.transfer(address(executor), NOTIONAL);
        bytes memory start = Steps.unwrap(WETH, NOTIONAL);
        bytes memory legs = bytes.concat(start, Steps.wrap(0), _legs(family, familyFirst, false));
        profit = _execute(_program(legs));
        vm.revertToState(before);
    }

    function test_pool_that_lends_cannot_be_traded_in() public {
        bytes memory v2 = _swapHeld(Family.V2, false, false);
        address v3 = address(v3Pool);
        bytes memory sell = _swapHeld(Family.V3, true, false);
        (bool done,) = _try(
            _program(
                Steps.loan(
                    0x14, _forward(v3, address(weth)), v3, WETH, NOTIONAL, bytes.concat(sell, v2)
                )
            )
        );
        vm.assertFalse(done, "V3 pool lends and trades");
        address pair = address(cheapPair);
        bytes memory other = bytes.concat(sell, v2);
        (done,) = _try(
            _program(Steps.loanV2(_forward(pair, address(weth)), pair, WETH, FEE, NOTIONAL, other))
        );
        vm.assertFalse(done, "pair lends and trades");
    }

    function test_manager_cannot_be_unlocked_twice() public {
        bytes memory legs =
            bytes.concat(_swapHeld(Family.V4, true, false), _swapHeld(Family.V2, false, false));
        (bool done,) = _try(_program(_borrow(Lender.V4, NOTIONAL, legs)));
        vm.assertFalse(done, "unlocked twice");
    }

    function test_every_family_follows_every_other() public {
        for (uint8 f = 0; f < FAMILIES; ++f) {
            uint256 before = vm.snapshotState();
            for (uint8 g = 0; g < FAMILIES; ++g) {
                // Sushi is dear, every other family in the middle, Uniswap cheap.
                bytes memory first = bytes.concat(
                    _swapHeld(Family.V2, true, false), _swapHeld(Family(f), false, false)
                );
                bytes memory second = bytes.concat(
                    _swapHeld(Family(g), true, false), _swapHeld(Family.V2, false, false)
                );
                (bool done, bytes memory answer) = _try(
                    _program(
                        bytes.concat(
                            _borrow(Lender.Morpho, NOTIONAL / 100, first),
                            _borrow(Lender.Aave, NOTIONAL / 100, second)
                        )
                    )
                );
                vm.assertTrue(done, vm.toString(answer));
            }
            vm.revertToState(before);
        }
    }
}
