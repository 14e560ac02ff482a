// SPDX-License-Identifier: MIT
pragma solidity 0.8.26;

import {Permissions} from "../src/Permissions.sol";
import {Program} from "../src/Program.sol";
import {door} from "./support/Doors.sol";
import {FakePool} from "./support/Naive.sol";
import {Routes} from "./support/Routes.sol";
import {Steps} from "./support/Steps.sol";
import {bound, vm} from "./support/Vm.sol";

contract FuzzTest is Routes {
    struct Case {
        uint8 lender;
        uint8 family;
        bool familyFirst;
        uint256 notional;
        uint256 bidBasisPoints;
        uint256 bidCapWei;
        uint256 minProfit;
        uint256 gasPriceWei;
        uint256 donation;
        bool useDonation;
    }

    /// @dev Random trades: whatever runs pays to the unit, and whatever does not leaves no trace.
    function testFuzz_what_runs_pays_and_what_does_not_moves_nothing(Case memory c) public {
        Lender lender = Lender(c.lender % LENDERS);
        Family family = Family(c.family % FAMILIES);
        Steps.Header memory h = _header();
        h.bidBasisPoints = bound(c.bidBasisPoints, 0, 10_000);
        h.bidCapWei = bound(c.bidCapWei, 0, 1 ether);
        h.minProfit = bound(c.minProfit, 0, 0.1 ether);
        c.notional = bound(c.notional, 1, 200 ether);
        c.donation = bound(c.donation, 0, 5 ether);
        weth.transfer(address(executor), c.donation);
        usdc.transfer(address(executor), c.donation / 1e12);
        c.gasPriceWei = bound(c.gasPriceWei, 0, 300 gwei);
        vm.txGasPrice(c.gasPriceWei);
        bool open = lender == Lender.V4;
        bytes memory inner = c.familyFirst
            ? bytes.concat(_swapHeld(family, true, open), _swapHeld(Family.V2, false, false))
            : bytes.concat(_swapHeld(Family.V2, true, false), _swapHeld(family, false, open));

        (bool done, bytes memory answer) =
            _try(bytes.concat(Steps.header(h), _borrow(lender, c.notional, inner)));

        uint256 held = weth.balanceOf(address(executor));
        if (!done) {
            vm.assertEq(weth.balanceOf(RECIPIENT), 0, "a refusal moves nothing");
            vm.assertEq(held, c.donation, "WETH after refusal");
        } else {
            uint256 profit = abi.decode(answer, (uint256));
            vm.assertEq(weth.balanceOf(RECIPIENT), profit, "recipient");
            uint256 gross = profit + FEE_RECIPIENT.balance;
            uint256 bid = gross * h.bidBasisPoints / 10_000;
            if (bid > h.bidCapWei) bid = h.bidCapWei;
            vm.assertEq(FEE_RECIPIENT.balance, bid, "coinbase payment");
            vm.assertGe(profit, h.minProfit + 90_000 * c.gasPriceWei, "guard");
            vm.assertEq(held, c.donation == 0 ? 1 : c.donation, "WETH");
        }
        _assertNothingStays(c.donation / 1e12);
    }

    /// @dev An operator's key leaks: whatever it runs, what lies here does not become less, and
    /// profit goes where it always went.
    function testFuzz_leaked_operator_key_takes_nothing(bytes32 seed, bytes calldata tail) public {
        weth.transfer(address(executor), 3 ether);
        usdc.transfer(address(executor), 5_000e6);
        vm.deal(address(executor), 2 ether);
        FakePool fake =
            new FakePool(address(weth), address(usdc), 1e21, 9e12, uint256(seed) % 2 == 0);
        weth.transfer(address(fake), 10 ether);
        usdc.transfer(address(fake), 1_000e6);
        fake.set(int256(uint256(keccak256(abi.encode(seed))) % 4 ether), uint256(seed) % 5 == 0);
        bytes memory steps;
        for (uint256 i = 0; i < 4; ++i) {
            seed = keccak256(abi.encode(seed, i));
            steps = bytes.concat(steps, _hostileStep(uint256(seed), address(fake)));
        }
        uint256 outsiders = weth.balanceOf(OUTSIDER) + weth.balanceOf(OPERATOR);
        (bool done,) = _try(_program(uint256(seed) % 8 == 0 ? bytes.concat(steps, tail) : steps));
        vm.assertGe(weth.balanceOf(address(executor)), 3 ether, "WETH");
        vm.assertGe(usdc.balanceOf(address(executor)), 5_000e6, "USDC");
        vm.assertGe(address(executor).balance, 2 ether, "ether");
        vm.assertEq(weth.balanceOf(OUTSIDER) + weth.balanceOf(OPERATOR), outsiders, "outsiders");
        if (done) {
            vm.assertLe(weth.balanceOf(address(executor)), 3 ether, "WETH stays");
            vm.assertLe(usdc.balanceOf(address(executor)), 5_000e6, "USDC stays");
            vm.assertLe(address(executor).balance, 2 ether, "ether stays");
        }
        _assertNoApproval(address(fake));
        _assertNoApprovals();
    }

    function testFuzz_nobody_without_a_role_moves_anything(address caller, bytes calldata data)
        public
    {
        vm.assume(caller != OWNER && caller != OPERATOR);
        weth.transfer(address(executor), 1 ether);
        vm.prank(caller);
        (bool done,) = address(executor).call(data);
        vm.assertEq(weth.balanceOf(address(executor)), 1 ether, "WETH");
        vm.assertEq(executor.owner(), OWNER, "owner");
        vm.assertFalse(executor.paused(), "paused");
        // Views answer, and so does plain ether from WETH and the manager; nothing else may.
        if (done && data.length == 0) {
            vm.assertTrue(caller == address(weth) || caller == address(manager), "ether");
        }
    }

    function testFuzz_selectors_that_change_state_need_a_role(address caller, uint256 which)
        public
    {
        vm.assume(caller != OWNER && caller != OPERATOR);
        vm.assume(caller != address(0)); // nobody is offered ownership
        vm.prank(caller);
        (bool done,) = address(executor)
            .call(bytes.concat(door(which), abi.encode(caller, caller, caller, caller)));
        vm.assertFalse(done, "it ran");
    }

    function _hostileStep(uint256 seed, address fake) private view returns (bytes memory) {
        uint256 amount = bound(seed >> 16, 1, 4 ether);
        uint8 token = uint8((seed >> 8) % 2);
        uint256 flags = (seed >> 200) % 4 * 4 | (seed >> 202) % 2 * 0x10;
        uint256 kind = seed % 16;
        bytes memory inner = seed % 3 == 0 ? Steps.wrap(1) : bytes("");
        if (kind == 0) return Steps.swapV2(flags | Program.PAY, fake, FEE, token, amount);
        if (kind == 1) return Steps.swapV3(flags, fake, token, amount);
        if (kind == 2) return Steps.swapCurve(0, fake, token, 1 - token, 0, 1, amount);
        if (kind == 3) return Steps.unwrap(WETH, amount);
        if (kind == 4) return Steps.wrap(amount);
        if (kind == 5) return Steps.loan(Program.LOAN_MORPHO, 0, fake, token, amount, inner);
        if (kind == 6) return Steps.nest(Steps.swapV3(flags, fake, token, amount), inner);
        if (kind == 7) return _swapHeld(Family((seed >> 24) % FAMILIES), token == 0, false);
        if (kind == 8) {
            return Steps.swapV2(Program.PAY | flags, address(cheapPair), FEE, token, amount);
        }
        if (kind == 9) return Steps.unlock(Steps.settle(0, token, amount));
        if (kind == 10) {
            return
                Steps.unlock(bytes.concat(Steps.settle(0, token, 9), Steps.take(flags, token, 9)));
        }
        if (kind == 11) return Steps.loan(uint8(0x10 + seed % 8), 0, fake, token, amount, inner);
        if (kind == 12) return _borrow(Lender((seed >> 24) % LENDERS), amount, inner);
        if (kind == 13) return Steps.swapV3(flags, address(v3Pool), token, amount);
        if (kind == 14) return Steps.swapSolidly(flags | Program.PAY, fake, token, amount);
        return Steps.swapBalancer(flags, token, 1 - token, weightedId, amount);
    }

    function _assertNothingStays(uint256 usdcDonated) private view {
        uint256 held = usdc.balanceOf(address(executor));
        vm.assertLe(held, usdcDonated == 0 ? 1 : usdcDonated, "USDC stays");
        vm.assertGe(held, usdcDonated, "USDC shrank");
        vm.assertEq(address(executor).balance, 0, "ether in executor");
        _assertNoApprovals();
    }

    function _assertNoApprovals() private view {
        address[6] memory spenders = [
            address(vault),
            address(morpho),
            address(aave),
            address(erc3156),
            address(curve),
            address(curveQuiet)
        ];
        for (uint256 i = 0; i < spenders.length; ++i) {
            _assertNoApproval(spenders[i]);
        }
    }

    function _assertNoApproval(address spender) private view {
        vm.assertEq(weth.allowance(address(executor), spender), 0, "WETH approval");
        vm.assertEq(usdc.allowance(address(executor), spender), 0, "USDC approval");
    }
}
