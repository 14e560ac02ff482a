// SPDX-License-Identifier: MIT
pragma solidity 0.8.26;

import {ArbExecutor, Hop, Plan} from "../src/ArbExecutor.sol";
import {Permissions} from "../src/Permissions.sol";
import {vm} from "./support/Vm.sol";
import {World} from "./support/World.sol";

/// @dev Every plan that must not run, and the name of the reason it is given.
contract RefusalsTest is World {
    function test_after_the_deadline_block() public {
        Plan memory plan = _twoHops(1 ether);
        plan.deadlineBlock = 100;
        vm.roll(101);
        bytes4 reason = ArbExecutor.DeadlinePassed.selector;
        _expectRefusal(plan, abi.encodeWithSelector(reason, 101, 100));
        vm.roll(100);
        _execute(plan);
    }

    function test_from_anyone_but_an_operator() public {
        address[3] memory callers = [OUTSIDER, OWNER, RECIPIENT];
        Plan memory plan = _twoHops(1 ether);
        for (uint256 i = 0; i < callers.length; ++i) {
            vm.expectRevert(Permissions.NotOperator.selector);
            vm.prank(callers[i]);
            executor.execute(plan);
        }
    }

    function test_while_paused() public {
        vm.prank(OWNER);
        executor.pause();
        _refuse(_twoHops(1 ether), Permissions.ExecutionPaused.selector);
        vm.prank(OWNER);
        executor.unpause();
        _execute(_twoHops(1 ether));
    }

    function test_one_hop_or_nine() public {
        bytes4 reason = ArbExecutor.HopCountOutOfRange.selector;
        _expectRefusal(_plan(address(weth), 1, 0), abi.encodeWithSelector(reason, 0));
        _expectRefusal(_plan(address(weth), 1, 1), abi.encodeWithSelector(reason, 1));
        _expectRefusal(_plan(address(weth), 1, 9), abi.encodeWithSelector(reason, 9));
    }

    function test_hop_that_does_not_take_the_token_before_it() public {
        Plan memory plan = _twoHops(1 ether);
        plan.hops[1].zeroForOne = !plan.hops[1].zeroForOne;
        _expectRefusal(plan, _mismatch(1, address(usdc), address(weth)));
        plan = _twoHops(1 ether);
        plan.hops[0].zeroForOne = !plan.hops[0].zeroForOne;
        _expectRefusal(plan, _mismatch(0, address(weth), address(usdc)));
        plan = _threeHops(1 ether);
        plan.hops[1] = _hop(uniWethDai, address(weth));
        _expectRefusal(plan, _mismatch(1, address(usdc), address(weth)));
    }

    function test_path_that_ends_in_another_token() public {
        Plan memory plan = _twoHops(1 ether);
        plan.hops[1] = _hop(uniUsdcDai, address(usdc));
        _refuse(plan, ArbExecutor.PathNotClosed.selector);
    }

    function test_bid_in_any_token_but_weth() public {
        Plan memory plan = _fromUsdc(15_000e6);
        plan.bidBasisPoints = 1;
        _refuse(plan, ArbExecutor.BidNeedsWeth.selector);
    }

    function test_bid_of_more_than_the_whole() public {
        Plan memory plan = _twoHops(1 ether);
        plan.bidBasisPoints = 10_001;
        bytes4 reason = ArbExecutor.BidBasisPointsTooHigh.selector;
        _expectRefusal(plan, abi.encodeWithSelector(reason, 10_001));
    }

    function test_gas_rate_that_would_hide_the_gas() public {
        bytes4 reason = ArbExecutor.GasRateInvalid.selector;
        Plan memory plan = _fromUsdc(15_000e6);
        plan.tokenPerEthX96 = 0;
        _expectRefusal(plan, abi.encodeWithSelector(reason, 0));
        plan = _twoHops(1 ether);
        plan.tokenPerEthX96 = ONE_X96 - 1;
        _expectRefusal(plan, abi.encodeWithSelector(reason, ONE_X96 - 1));
    }

    function test_fee_of_the_whole_input() public {
        Plan memory plan = _twoHops(1 ether);
        plan.hops[1].feePips = 1_000_000;
        bytes4 reason = ArbExecutor.FeePipsTooHigh.selector;
        _expectRefusal(plan, abi.encodeWithSelector(reason, 1, 1_000_000));
    }

    function test_fee_stated_too_low_fails_in_the_pool() public {
        Plan memory plan = _twoHops(1 ether);
        plan.hops[0].feePips = 2_999;
        _expectRefusal(plan, abi.encodeWithSignature("Error(string)", "UniswapV2: K"));
    }

    function test_cycle_that_cannot_repay_premium_and_loan() public {
        _setFlashLoanFee(0.01e18);
        Plan memory plan = _twoHops(5 ether);
        uint256 owed = plan.notional + plan.notional / 100;
        bytes4 reason = ArbExecutor.RepaymentShort.selector;
        _expectRefusal(plan, abi.encodeWithSelector(reason, _amountOut(plan), owed));
    }

    function test_profit_that_does_not_cover_its_gas() public {
        Plan memory plan = _twoHops(1 ether);
        (uint256 profit,) = _profitAndGasCost(plan);
        vm.txGasPrice(profit / 90_000);
        _refuse(plan, ArbExecutor.ProfitBelowFloor.selector);
    }

    function test_floor_too_large_to_count() public {
        vm.txGasPrice(GAS_PRICE);
        Plan memory plan = _twoHops(1 ether);
        plan.minProfit = type(uint256).max;
        _refuse(plan, bytes4(keccak256("Panic(uint256)")));
    }

    function test_bytes_after_the_plan() public {
        bytes memory call = abi.encodeCall(ArbExecutor.execute, (_twoHops(1 ether)));
        _refuse(bytes.concat(call, hex"00"), ArbExecutor.CalldataNotCanonical.selector);
    }

    function test_hops_that_share_bytes_with_the_plan() public {
        bytes memory call = abi.encodeCall(ArbExecutor.execute, (_twoHops(1 ether)));
        // The hops begin one word early: the deadline, two blocks, is read as their count too.
        uint256 hopsOffsetAt = 4 + 32 + 2 * 32;
        call[hopsOffsetAt + 30] = 0x00;
        call[hopsOffsetAt + 31] = 0xe0;
        call[4 + 32 + 7 * 32 + 31] = 0x02;
        _refuse(call, ArbExecutor.CalldataNotCanonical.selector);
    }

    function test_ether_from_anyone_but_weth() public {
        vm.deal(OUTSIDER, 1 ether);
        vm.prank(OUTSIDER);
        (bool sent, bytes memory reason) = address(executor).call{value: 1 ether}("");
        vm.assertFalse(sent, "ether taken");
        vm.assertEq(bytes4(reason), ArbExecutor.UnexpectedEther.selector, "reason");
    }

    function test_a_vault_that_never_calls_back() public {
        address[] memory operators = new address[](1);
        operators[0] = OPERATOR;
        address silent = address(new SilentVault());
        executor = newExecutor(OWNER, RECIPIENT, silent, address(weth), operators);
        _refuse(_twoHops(1 ether), ArbExecutor.LoanNotDelivered.selector);
    }

    function test_ether_the_recipient_will_not_have_stays() public {
        // The router takes ether from WETH only.
        executor =
            newExecutor(OWNER, address(router), address(vault), address(weth), new address[](0));
        vm.deal(address(executor), 1 ether);
        bytes4 reason = ArbExecutor.SweepFailed.selector;
        vm.expectRevert(abi.encodeWithSelector(reason, address(router), 1 ether));
        vm.prank(OWNER);
        executor.sweep(address(0));
    }

    function _mismatch(uint256 hop, address expected, address actual)
        private
        pure
        returns (bytes memory)
    {
        bytes4 reason = ArbExecutor.HopTokenMismatch.selector;
        return abi.encodeWithSelector(reason, hop, expected, actual);
    }

    function _refuse(Plan memory plan, bytes4 selector) private {
        _refuse(abi.encodeCall(ArbExecutor.execute, (plan)), selector);
    }

    function _refuse(bytes memory call, bytes4 selector) private {
        vm.prank(OPERATOR);
        (bool done, bytes memory reason) = address(executor).call(call);
        vm.assertFalse(done, "ran");
        vm.assertEq(bytes4(reason), selector, "reason");
    }
}

contract SilentVault {
    function flashLoan(address, address[] calldata, uint256[] calldata, bytes calldata) external {}
}
