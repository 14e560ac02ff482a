// SPDX-License-Identifier: MIT
pragma solidity 0.8.26;

import {IArbExecutor} from "../src/IArbExecutor.sol";
import {Permissions} from "../src/Permissions.sol";
import {vm} from "./support/Vm.sol";
import {Routes} from "./support/Routes.sol";

contract PermissionsTest is Routes {
    address private constant NEXT = address(0x1e47);

    function test_constructor_sets_what_it_is_given() public view {
        vm.assertEq(executor.owner(), OWNER, "owner");
        vm.assertEq(executor.pendingOwner(), address(0), "pending owner");
        vm.assertEq(executor.recipient(), RECIPIENT, "recipient");
        vm.assertEq(executor.vault(), address(vault), "vault");
        vm.assertEq(executor.poolManager(), address(manager), "pool manager");
        vm.assertEq(executor.weth(), address(weth), "weth");
        vm.assertEq(executor.operators().length, 1, "operators");
        vm.assertTrue(executor.isOperator(OPERATOR), "operator");
        vm.assertFalse(executor.paused(), "paused");
    }

    function test_constructor_refuses_zero_addresses_and_an_owner_who_trades() public {
        address[] memory operators = new address[](1);
        operators[0] = OPERATOR;
        address[3] memory given = [OWNER, RECIPIENT, address(weth)];
        for (uint256 i = 0; i < 3; ++i) {
            address[3] memory a = given;
            a[i] = address(0);
            vm.expectRevert(Permissions.ZeroAddress.selector);
            this.newExecutor(a[0], a[1], a[2], operators);
        }
        vm.expectRevert(Permissions.OwnerCannotBeOperator.selector);
        this.newExecutor(OPERATOR, RECIPIENT, address(weth), operators);
        operators[0] = address(0);
        vm.expectRevert(Permissions.ZeroAddress.selector);
        this.newExecutor(OWNER, RECIPIENT, address(weth), operators);
    }

    function test_only_the_owner_reaches_an_owner_function() public {
        weth.transfer(address(executor), 1 ether);
        bytes[6] memory calls = [
            abi.encodeCall(IArbExecutor.transferOwnership, (OUTSIDER)),
            abi.encodeCall(IArbExecutor.addOperator, (OUTSIDER)),
            abi.encodeCall(IArbExecutor.removeOperator, (OPERATOR)),
            abi.encodeCall(IArbExecutor.pause, ()),
            abi.encodeCall(IArbExecutor.unpause, ()),
            abi.encodeCall(IArbExecutor.sweep, (address(weth)))
        ];
        address[3] memory callers = [OUTSIDER, OPERATOR, RECIPIENT];
        for (uint256 i = 0; i < calls.length; ++i) {
            for (uint256 j = 0; j < callers.length; ++j) {
                vm.prank(callers[j]);
                (bool done, bytes memory reason) = address(executor).call(calls[i]);
                vm.assertFalse(done, "done");
                vm.assertEq(bytes4(reason), Permissions.NotOwner.selector, "reason");
            }
            vm.prank(OWNER);
            (bool ownerDone,) = address(executor).call(calls[i]);
            vm.assertTrue(ownerDone, "owner refused");
        }
    }

    function test_ownership_moves_only_when_it_is_accepted() public {
        vm.prank(OWNER);
        executor.transferOwnership(NEXT);
        vm.assertEq(executor.owner(), OWNER, "too early");
        vm.assertEq(executor.pendingOwner(), NEXT, "pending");

        vm.expectRevert(Permissions.NotPendingOwner.selector);
        vm.prank(OUTSIDER);
        executor.acceptOwnership();

        vm.prank(NEXT);
        executor.acceptOwnership();
        vm.assertEq(executor.owner(), NEXT, "owner");
        vm.assertEq(executor.pendingOwner(), address(0), "offer is used up");
        vm.expectRevert(Permissions.NotOwner.selector);
        vm.prank(OWNER);
        executor.pause();
    }

    function test_an_offer_of_ownership_can_be_withdrawn() public {
        vm.prank(OWNER);
        executor.transferOwnership(NEXT);
        vm.prank(OWNER);
        executor.transferOwnership(address(0));
        vm.expectRevert(Permissions.NotPendingOwner.selector);
        vm.prank(NEXT);
        executor.acceptOwnership();
    }

    function test_owner_and_operator_are_never_one_key() public {
        vm.expectRevert(Permissions.OwnerCannotBeOperator.selector);
        vm.prank(OWNER);
        executor.addOperator(OWNER);

        vm.prank(OWNER);
        executor.transferOwnership(OPERATOR);
        vm.expectRevert(Permissions.OwnerCannotBeOperator.selector);
        vm.prank(OPERATOR);
        executor.acceptOwnership();
    }

    function test_operators_come_and_go() public {
        bytes memory call = _call(_good());
        vm.prank(OWNER);
        executor.addOperator(NEXT);
        _expectRun(NEXT, call, "");
        vm.prank(OWNER);
        executor.removeOperator(NEXT);
        _expectRun(NEXT, call, abi.encodeWithSelector(Permissions.NotOperator.selector));
        _expectRun(OPERATOR, call, "");
        vm.assertEq(executor.operators().length, 1, "one is left");
        vm.assertEq(executor.operators()[0], OPERATOR, "the right one");
        vm.expectRevert(Permissions.ZeroAddress.selector);
        vm.prank(OWNER);
        executor.addOperator(address(0));
    }

    /// @dev The pause is written into every role: whoever joins or leaves meanwhile must fit.
    function test_a_pause_stops_every_operator_and_those_who_join_meanwhile() public {
        bytes memory call = _call(_good());
        bytes memory stopped = abi.encodeWithSelector(Permissions.ExecutionPaused.selector);
        vm.prank(OWNER);
        executor.pause();
        vm.prank(OWNER);
        executor.addOperator(NEXT);
        vm.prank(OWNER);
        executor.addOperator(OPERATOR);
        _expectRun(OPERATOR, call, stopped);
        _expectRun(NEXT, call, stopped);
        vm.prank(OWNER);
        executor.removeOperator(OPERATOR);
        vm.prank(OWNER);
        executor.unpause();
        _expectRun(NEXT, call, "");
        _expectRun(OPERATOR, call, abi.encodeWithSelector(Permissions.NotOperator.selector));
    }

    function test_operators_are_at_most_32() public {
        for (uint160 i = 1; i < 32; ++i) {
            vm.prank(OWNER);
            executor.addOperator(address(i));
        }
        vm.expectRevert(Permissions.TooManyOperators.selector);
        vm.prank(OWNER);
        executor.addOperator(address(32));
    }

    function _expectRun(address caller, bytes memory call, bytes memory reason) private {
        vm.prank(caller);
        (bool done, bytes memory answer) = address(executor).call(call);
        vm.assertTrue(done == (reason.length == 0), "ran");
        if (!done) vm.assertEq(keccak256(answer), keccak256(reason), "reason");
    }

    function test_sweep_sends_all_to_the_recipient_even_while_paused() public {
        weth.transfer(address(executor), 3 ether);
        vm.deal(address(executor), 2 ether);
        vm.prank(OWNER);
        executor.pause();
        vm.prank(OWNER);
        executor.sweep(address(weth));
        vm.prank(OWNER);
        executor.sweep(address(0));
        vm.assertEq(weth.balanceOf(RECIPIENT), 3 ether, "WETH");
        vm.assertEq(RECIPIENT.balance, 2 ether, "ether");
        vm.assertEq(weth.balanceOf(address(executor)) + address(executor).balance, 0, "left");
    }
}
