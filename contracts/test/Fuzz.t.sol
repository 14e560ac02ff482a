// SPDX-License-Identifier: MIT
pragma solidity 0.8.26;

import {DevToken} from "../devnet/DevToken.sol";
import {ArbExecutor, Plan} from "../src/ArbExecutor.sol";
import {bound, vm} from "./support/Vm.sol";
import {IPair, World} from "./support/World.sol";

/// @dev Random markets: whatever runs pays to the unit, and whatever does not run had a reason.
contract FuzzTest is World {
    struct Market {
        uint256 wethA;
        uint256 tokenA;
        uint256 wethB;
        uint256 tokenB;
        uint256 notional;
        uint256 feePips;
        uint256 premiumX18;
        uint256 bidBasisPoints;
        uint256 bidCapWei;
        uint256 minProfit;
        uint256 gasPriceWei;
        uint256 donation;
    }

    function testFuzz_what_runs_pays_and_what_does_not_had_a_reason(Market memory m) public {
        Plan memory plan = _build(m);
        uint256 premium = plan.notional * m.premiumX18 / 1e18;
        // The vault rounds the premium up from its own 18 decimals.
        if (premium * 1e18 < plan.notional * m.premiumX18) ++premium;
        (uint256 received, bool starved) = _formula(plan);
        uint256 vaultBefore = weth.balanceOf(address(vault));

        vm.prank(OPERATOR);
        (bool done, bytes memory answer) =
            address(executor).call(abi.encodeCall(ArbExecutor.execute, (plan)));

        if (!done) {
            _assertReason(bytes4(answer), answer, received, plan.notional + premium, starved);
            vm.assertEq(weth.balanceOf(RECIPIENT), 0, "a refusal moves nothing");
            vm.assertEq(weth.balanceOf(address(vault)), vaultBefore, "vault after refusal");
        } else {
            uint256 gross = received - plan.notional - premium;
            uint256 bid = gross * plan.bidBasisPoints / 10_000;
            if (bid > plan.bidCapWei) bid = plan.bidCapWei;
            vm.assertEq(abi.decode(answer, (uint256)), gross - bid, "returned profit");
            vm.assertEq(weth.balanceOf(RECIPIENT), gross - bid, "recipient");
            vm.assertEq(FEE_RECIPIENT.balance, bid, "coinbase payment");
            vm.assertEq(weth.balanceOf(address(vault)), vaultBefore, "vault");
            vm.assertGe(gross - bid, plan.minProfit + 90_000 * m.gasPriceWei, "guard");
        }
        vm.assertEq(weth.balanceOf(address(executor)), m.donation, "executor");
        vm.assertEq(address(executor).balance, 0, "ether in executor");
    }

    function testFuzz_nobody_without_a_role_moves_anything(address caller, bytes calldata data)
        public
    {
        vm.assume(caller != OWNER && caller != OPERATOR && caller != address(vault));
        weth.transfer(address(executor), 1 ether);
        vm.prank(caller);
        (bool done,) = address(executor).call(data);
        vm.assertEq(weth.balanceOf(address(executor)), 1 ether, "WETH");
        vm.assertEq(executor.owner(), OWNER, "owner");
        vm.assertFalse(executor.paused(), "paused");
        // Views answer, and so does plain ether from WETH; nothing else may.
        if (done && data.length == 0) vm.assertEq(caller, address(weth), "ether");
    }

    function testFuzz_selectors_that_change_state_need_a_role(address caller, uint256 which)
        public
    {
        vm.assume(caller != OWNER && caller != OPERATOR && caller != address(vault));
        vm.assume(caller != address(0)); // nobody is offered ownership
        bytes4[9] memory selectors = [
            ArbExecutor.execute.selector,
            ArbExecutor.receiveFlashLoan.selector,
            ArbExecutor.sweep.selector,
            executor.addOperator.selector,
            executor.removeOperator.selector,
            executor.transferOwnership.selector,
            executor.acceptOwnership.selector,
            executor.pause.selector,
            executor.unpause.selector
        ];
        vm.prank(caller);
        (bool done,) = address(executor)
            .call(bytes.concat(selectors[which % 9], abi.encode(caller, caller, caller, caller)));
        vm.assertFalse(done, "it ran");
    }

    function _build(Market memory m) private returns (Plan memory plan) {
        m.wethA = bound(m.wethA, 1e9, 20_000 ether);
        m.wethB = bound(m.wethB, 1e9, 20_000 ether);
        m.tokenA = bound(m.tokenA, 1e9, 1e27);
        // Half of the markets are within a few percent of each other, as real ones are.
        uint256 alike = m.tokenA * m.wethB / m.wethA;
        m.tokenB = m.tokenB % 2 == 0 || alike < 1e9 || alike > 1e27
            ? bound(m.tokenB, 1e9, 1e27)
            : alike * bound(m.tokenB, 95, 105) / 100;
        m.notional = m.notional % 2 == 0
            ? bound(m.notional, 1, 50_000 ether)
            : bound(m.notional, 1, m.wethA / 20);
        m.feePips = m.feePips % 2 == 0 ? FEE : bound(m.feePips, FEE, 999_999);
        m.premiumX18 = m.premiumX18 % 2 == 0 ? 0 : bound(m.premiumX18, 0, 0.01e18);
        m.gasPriceWei = bound(m.gasPriceWei, 0, 300 gwei);
        m.donation = bound(m.donation, 0, 100 ether);

        DevToken token = _newToken("Random", "RND", 18);
        token.mint(address(this), 1e40);
        IPair a = _pool(uniswap, address(weth), m.wethA, address(token), m.tokenA);
        IPair b = _pool(sushi, address(weth), m.wethB, address(token), m.tokenB);
        weth.transfer(address(executor), m.donation);
        if (m.premiumX18 > 0) _setFlashLoanFee(m.premiumX18);
        vm.txGasPrice(m.gasPriceWei);

        plan = _plan(address(weth), m.notional, 2);
        plan.hops[0] = _hop(a, address(weth));
        plan.hops[1] = _hop(b, address(token));
        plan.hops[0].feePips = uint24(m.feePips);
        plan.bidBasisPoints = bound(m.bidBasisPoints, 0, 10_000);
        plan.bidCapWei = bound(m.bidCapWei, 0, 10 ether);
        plan.minProfit = bound(m.minProfit, 0, 1 ether);
    }

    /// @dev The published formula of a pair with any fee; true when an amount rounds to nothing.
    function _formula(Plan memory plan) private view returns (uint256 amount, bool starved) {
        amount = plan.notional;
        for (uint256 i = 0; i < plan.hops.length; ++i) {
            (uint256 r0, uint256 r1,) = IPair(plan.hops[i].pool).getReserves();
            (uint256 rIn, uint256 rOut) = plan.hops[i].zeroForOne ? (r0, r1) : (r1, r0);
            uint256 kept = amount * (1e6 - plan.hops[i].feePips);
            amount = kept * rOut / (rIn * 1e6 + kept);
            if (amount == 0) starved = true;
        }
    }

    function _assertReason(
        bytes4 reason,
        bytes memory answer,
        uint256 received,
        uint256 owed,
        bool starved
    ) private pure {
        if (reason == ArbExecutor.RepaymentShort.selector) {
            vm.assertTrue(received < owed, "it could have repaid");
        } else if (reason == ArbExecutor.ProfitBelowFloor.selector) {
            (uint256 profit, uint256 floor) = _twoWords(answer);
            vm.assertTrue(profit < floor, "it was above its floor");
            vm.assertTrue(received >= owed, "it should not have come so far");
        } else {
            vm.assertTrue(starved, "refused for no reason known");
        }
    }

    function _twoWords(bytes memory answer) private pure returns (uint256 first, uint256 second) {
        assembly {
            first := mload(add(answer, 0x24))
            second := mload(add(answer, 0x44))
        }
    }
}
