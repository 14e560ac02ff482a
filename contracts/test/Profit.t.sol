// SPDX-License-Identifier: MIT
pragma solidity 0.8.26;

import {ArbExecutor, Plan} from "../src/ArbExecutor.sol";
import {IERC20} from "../src/Interfaces.sol";
import {vm} from "./support/Vm.sol";
import {World} from "./support/World.sol";

/// @dev What a good plan earns, to the raw unit, by the arithmetic of the real router.
contract ProfitTest is World {
    function test_two_hops_send_the_exact_profit_to_the_recipient() public {
        Plan memory plan = _twoHops(5 ether);
        uint256 expected = _amountOut(plan) - plan.notional;
        vm.assertGt(expected, 0, "the market offers a profit");

        vm.assertEq(_execute(plan), expected, "returned profit");
        vm.assertEq(weth.balanceOf(RECIPIENT), expected, "recipient");
        _assertExecutorIsEmpty();
    }

    function test_three_hops_send_the_exact_profit_to_the_recipient() public {
        Plan memory plan = _threeHops(2 ether);
        uint256 expected = _amountOut(plan) - plan.notional;
        vm.assertEq(_execute(plan), expected, "returned profit");
        vm.assertEq(weth.balanceOf(RECIPIENT), expected, "recipient");
        _assertExecutorIsEmpty();
    }

    function test_eight_hops_run() public {
        Plan memory plan = _plan(address(weth), 0.5 ether, 8);
        Plan memory lap = _twoHops(0);
        for (uint256 i = 0; i < 8; ++i) {
            plan.hops[i] = lap.hops[i % 2];
        }
        uint256 profit = _execute(plan);
        vm.assertGt(profit, 0, "returned profit");
        vm.assertEq(weth.balanceOf(RECIPIENT), profit, "recipient");
        _assertExecutorIsEmpty();
    }

    function test_six_and_eight_decimals_as_start_token() public {
        Plan memory plan = _fromUsdc(15_000e6);
        uint256 expected = _amountOut(plan) - plan.notional;
        vm.assertEq(_execute(plan), expected, "USDC profit");
        vm.assertEq(usdc.balanceOf(RECIPIENT), expected, "USDC recipient");

        plan = _plan(address(wbtc), 0.5e8, 2);
        plan.hops[0] = _hop(uniWethWbtc, address(wbtc));
        plan.hops[1] = _hop(sushiWethWbtc, address(weth));
        plan.tokenPerEthX96 = uint256(5e6) * ONE_X96 / 1 ether;
        expected = _amountOut(plan) - plan.notional;
        vm.assertEq(_execute(plan), expected, "WBTC profit");
        vm.assertEq(wbtc.balanceOf(RECIPIENT), expected, "WBTC recipient");
        _assertExecutorIsEmpty();
    }

    function test_premium_of_the_lender_comes_out_of_the_profit() public {
        _setFlashLoanFee(0.0005e18);
        Plan memory plan = _twoHops(5 ether);
        uint256 vaultBefore = weth.balanceOf(address(vault));
        uint256 premium = plan.notional * 5 / 10_000;
        uint256 expected = _amountOut(plan) - plan.notional - premium;
        vm.assertEq(_execute(plan), expected, "returned profit");
        vm.assertEq(weth.balanceOf(address(vault)), vaultBefore, "vault has its loan back");
        address collector = address(vault.getProtocolFeesCollector());
        vm.assertEq(weth.balanceOf(collector), premium, "premium paid");
    }

    function test_bid_is_its_share_of_gross_profit_rounded_down() public {
        Plan memory plan = _twoHops(5 ether);
        plan.bidBasisPoints = 8_765;
        uint256 gross = _amountOut(plan) - plan.notional;
        uint256 bid = gross * 8_765 / 10_000;
        vm.assertEq(_execute(plan), gross - bid, "returned profit");
        vm.assertEq(FEE_RECIPIENT.balance, bid, "coinbase payment");
        vm.assertEq(weth.balanceOf(RECIPIENT), gross - bid, "recipient");
        _assertExecutorIsEmpty();
    }

    function test_bid_stops_at_its_cap() public {
        Plan memory plan = _twoHops(5 ether);
        plan.bidBasisPoints = 9_000;
        plan.bidCapWei = 1e15;
        uint256 gross = _amountOut(plan) - plan.notional;
        vm.assertEq(_execute(plan), gross - 1e15, "returned profit");
        vm.assertEq(FEE_RECIPIENT.balance, 1e15, "coinbase payment");
    }

    function test_floor_is_met_to_the_wei() public {
        vm.txGasPrice(GAS_PRICE);
        Plan memory plan = _twoHops(5 ether);
        plan.bidBasisPoints = 5_000;
        (uint256 profit, uint256 gasCost) = _profitAndGasCost(plan);
        vm.assertGt(gasCost, 150_000 * GAS_PRICE, "gas is counted");

        plan.minProfit = profit - gasCost + 1;
        _expectRefusal(
            plan, abi.encodeWithSelector(ArbExecutor.ProfitBelowFloor.selector, profit, profit + 1)
        );
        plan.minProfit = profit - gasCost;
        vm.assertEq(_execute(plan), profit, "exactly at the floor");
    }

    function test_gas_is_valued_in_the_start_token_rounded_up() public {
        vm.txGasPrice(GAS_PRICE);
        Plan memory plan = _fromUsdc(15_000e6);
        (uint256 profit, uint256 gasCost) = _profitAndGasCost(plan);
        plan.tokenPerEthX96 = ONE_X96;
        (, uint256 gasCostWei) = _profitAndGasCost(plan);
        plan.tokenPerEthX96 = 1;
        (, uint256 least) = _profitAndGasCost(plan);
        // The three calls differ by the gas of their calldata only, which the guard prices alike.
        uint256 rate = 3_000e6 * ONE_X96 / 1 ether;
        vm.assertEq(gasCost, (gasCostWei * rate + ONE_X96 - 1) / ONE_X96, "converted, rounded up");
        vm.assertEq(least, 1, "never rounded to nothing");
        vm.assertGt(profit, gasCost, "and this trade pays");
    }

    function test_donations_are_no_profit_and_stay() public {
        weth.transfer(address(executor), 3 ether);
        usdc.transfer(address(executor), 7e6);
        vm.deal(address(executor), 2 ether);
        Plan memory plan = _twoHops(5 ether);
        plan.bidBasisPoints = 5_000;
        uint256 gross = _amountOut(plan) - plan.notional;
        vm.assertEq(_execute(plan), gross - gross / 2, "returned profit");
        vm.assertEq(weth.balanceOf(address(executor)), 3 ether, "WETH stays");
        vm.assertEq(usdc.balanceOf(address(executor)), 7e6, "USDC stays");
        vm.assertEq(address(executor).balance, 2 ether, "ether stays");
    }

    function test_donations_do_not_save_a_losing_trade() public {
        weth.transfer(address(executor), 100 ether);
        Plan memory plan = _twoHops(5 ether);
        (plan.hops[0], plan.hops[1]) =
        (_hop(uniWethUsdc, address(weth)), _hop(sushiWethUsdc, address(usdc)));
        _expectRefusal(
            plan,
            abi.encodeWithSelector(
                ArbExecutor.RepaymentShort.selector, _amountOut(plan), plan.notional
            )
        );
    }

    function test_two_plans_in_one_transaction_both_run() public {
        TwoPlans batch = new TwoPlans();
        vm.prank(OWNER);
        executor.addOperator(address(batch));
        (uint256 first, uint256 second) = batch.run(executor, _twoHops(1 ether), _twoHops(1 ether));
        vm.assertGt(first, second, "the second finds the pools moved");
        vm.assertEq(weth.balanceOf(RECIPIENT), first + second, "recipient");
    }

    function _assertExecutorIsEmpty() private view {
        vm.assertEq(address(executor).balance, 0, "ether left");
        address[4] memory tokens = [address(weth), address(usdc), address(wbtc), address(dai)];
        for (uint256 i = 0; i < tokens.length; ++i) {
            vm.assertEq(IERC20(tokens[i]).balanceOf(address(executor)), 0, "tokens left");
        }
    }
}

contract TwoPlans {
    function run(ArbExecutor executor, Plan calldata a, Plan calldata b)
        external
        returns (uint256, uint256)
    {
        return (executor.execute(a), executor.execute(b));
    }
}
