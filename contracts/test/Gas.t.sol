// SPDX-License-Identifier: MIT
pragma solidity 0.8.26;

import {ArbExecutor, Plan} from "../src/ArbExecutor.sol";
import {Vm, vm} from "./support/Vm.sol";
import {World} from "./support/World.sol";

/// @dev Gas of whole transactions: isolation runs each call as one, with cold slots, the intrinsic
/// gas and the price of its calldata. README.md repeats these figures.
/// forge-config: default.isolate = true
contract GasTest is World {
    function test_gas_of_two_hops() public {
        _measure("two hops", _twoHops(1 ether));
    }

    function test_gas_of_three_hops() public {
        _measure("three hops", _threeHops(0.2 ether));
    }

    function test_gas_of_two_hops_with_bid() public {
        Plan memory plan = _twoHops(1 ether);
        plan.bidBasisPoints = 5_000;
        _measure("two hops with bid", plan);
    }

    function test_gas_of_two_hops_without_a_unit_left_here() public {
        Plan memory plan = _twoHops(1 ether);
        for (uint256 i = 0; i < 3; ++i) {
            _execute(plan);
        }
        vm.snapshotGasLastCall("execute", "two hops, no raw unit left");
    }

    /// @dev Third run, coinbase and recipient known, one raw unit left here: what a day looks like.
    function _measure(string memory name, Plan memory plan) private {
        weth.transfer(address(executor), 1);
        vm.deal(FEE_RECIPIENT, 1);
        _execute(plan);
        _execute(plan);
        _execute(plan);
        vm.snapshotGasLastCall("execute", name);
    }
}

/// @dev What the guard counts, against what the call really used. Without isolation, because
/// isolated transactions read a gas price of zero.
contract GuardGasTest is World {
    uint256 private constant SLACK = 3_000;

    function test_guard_counts_all_gas_of_two_hops() public {
        _compare(_twoHops(1 ether));
    }

    function test_guard_counts_all_gas_of_three_hops() public {
        _compare(_threeHops(1 ether));
    }

    function test_guard_counts_all_gas_of_eight_hops() public {
        Plan memory plan = _plan(address(weth), 0.5 ether, 8);
        Plan memory lap = _twoHops(0);
        for (uint256 i = 0; i < 8; ++i) {
            plan.hops[i] = lap.hops[i % 2];
        }
        _compare(plan);
    }

    function test_guard_counts_all_gas_of_the_bid_and_of_wide_numbers() public {
        Plan memory plan = _twoHops(1 ether + 123_456_789);
        plan.bidBasisPoints = 9_999;
        plan.deadlineBlock = type(uint256).max;
        _compare(plan);
    }

    function _compare(Plan memory plan) private {
        vm.txGasPrice(GAS_PRICE);
        (uint256 profit, uint256 gasCost) = _profitAndGasCost(plan);
        vm.assertGt(profit, 0, "the plan earns something");
        vm.txGasPrice(0);
        _execute(plan);
        uint256 used = vm.lastCallGas().gasTotalUsed + 21_000 + _calldataGas(plan);
        vm.assertGe(gasCost / GAS_PRICE, used, "gas the guard did not count");
        vm.assertLe(gasCost / GAS_PRICE, used + SLACK, "gas the guard made up");
    }

    function _calldataGas(Plan memory plan) private pure returns (uint256 total) {
        bytes memory data = abi.encodeCall(ArbExecutor.execute, (plan));
        for (uint256 i = 0; i < data.length; ++i) {
            total += data[i] == 0 ? 4 : 16;
        }
    }
}
