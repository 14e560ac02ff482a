// SPDX-License-Identifier: MIT
pragma solidity 0.8.26;

import {ArbExecutor} from "../src/ArbExecutor.sol";
import {IArbExecutor} from "../src/IArbExecutor.sol";
import {Permissions} from "../src/Permissions.sol";
import {Program} from "../src/Program.sol";
import {Swaps} from "../src/Swaps.sol";
import {Routes} from "./support/Routes.sol";
import {Steps} from "./support/Steps.sol";
import {vm} from "./support/Vm.sol";

/// @dev Every program that must not run, and the name of the reason it is given.
contract RefusalsTest is Routes {
    function test_after_the_deadline_block() public {
        Steps.Header memory h = _header();
        h.deadline = 100;
        vm.roll(101);
        _refuse(
            h, _legs(1 ether), abi.encodeWithSelector(ArbExecutor.DeadlinePassed.selector, 101, 100)
        );
        vm.roll(100);
        _execute(bytes.concat(Steps.header(h), _legs(1 ether)));
    }

    function test_from_anyone_but_an_operator() public {
        address[3] memory callers = [OUTSIDER, OWNER, RECIPIENT];
        bytes memory call = _call(_good());
        for (uint256 i = 0; i < callers.length; ++i) {
            vm.prank(callers[i]);
            (bool done, bytes memory answer) = address(executor).call(call);
            vm.assertFalse(done, "ran");
            vm.assertEq(bytes4(answer), Permissions.NotOperator.selector, "reason");
        }
    }

    function test_while_paused() public {
        vm.prank(OWNER);
        executor.pause();
        _refuse(
            _header(), _legs(1 ether), abi.encodeWithSelector(Permissions.ExecutionPaused.selector)
        );
        vm.prank(OWNER);
        executor.unpause();
        _execute(_good());
    }

    function test_terms_that_would_hide_the_gas_or_cannot_be_paid() public {
        Steps.Header memory h = _header();
        h.rateX96 = 1;
        _refuse(h, "", abi.encodeWithSelector(ArbExecutor.GasRateInvalid.selector, 1));
        h.rateX96 = ONE_X96;
        _execute(bytes.concat(Steps.header(h), _legs(1 ether)));

        h = _header();
        h.bidBasisPoints = 10_001;
        _refuse(h, "", abi.encodeWithSelector(ArbExecutor.BidBasisPointsTooHigh.selector, 10_001));

        h = _header();
        (h.tokens[0], h.tokens[1]) = (h.tokens[1], h.tokens[0]);
        _refuse(h, "", abi.encodeWithSelector(ArbExecutor.GasRateInvalid.selector, 0));
        h.rateX96 = 1;
        h.bidBasisPoints = 1;
        _refuse(h, "", abi.encodeWithSelector(ArbExecutor.BidNeedsWeth.selector));
    }

    function test_no_token_held_or_more_than_there_are() public {
        Steps.Header memory h = _header();
        h.held = 0;
        _refuse(h, "", abi.encodeWithSelector(ArbExecutor.NoTokenHeld.selector));
        h.held = 4;
        _refuse(h, "", abi.encodeWithSelector(ArbExecutor.NoTokenHeld.selector));
    }

    function test_unknown_operation_and_steps_that_do_not_end_where_they_should() public {
        uint256 at = Steps.header(_header()).length;
        bytes memory reason = abi.encodeWithSelector(Program.ProgramMalformed.selector, at);
        _refuse(_header(), hex"00", reason);
        _refuse(_header(), hex"18", reason);
        _refuse(_header(), hex"ff", reason);
        // A wrap whose amount claims more bytes than the program has.
        _refuse(
            _header(),
            hex"080103",
            abi.encodeWithSelector(Program.ProgramMalformed.selector, at + 6)
        );
        _refuse(
            _header(),
            hex"080121",
            abi.encodeWithSelector(Program.ProgramMalformed.selector, at + 6)
        );
        _refuse(
            _header(), hex"0803", abi.encodeWithSelector(Program.ProgramMalformed.selector, at + 6)
        );
    }

    function test_inner_steps_longer_than_the_program() public {
        bytes memory steps = _legs(1 ether);
        bytes memory cut = new bytes(steps.length - 1);
        for (uint256 i = 0; i < cut.length; ++i) {
            cut[i] = steps[i];
        }
        (bool done,) = _try(_program(cut));
        vm.assertFalse(done, "ran");
    }

    /// @dev Only tokens whose balance is compared may leave.
    function test_payment_in_a_token_that_is_not_held() public {
        Steps.Header memory h = _header();
        h.held = 1;
        _refuse(h, _legs(1 ether), abi.encodeWithSelector(Swaps.TokenNotHeld.selector, 1));
    }

    /// @dev Only a pair waits for its payment; what follows another operation is no pool at all.
    function test_output_to_a_next_step_that_takes_none() public {
        address pool = address(v3Pool);
        bytes memory first =
            Steps.swapV3(_forward(pool, address(weth)) | Program.TO_NEXT, pool, WETH, 0);
        bytes memory second = Steps.swapV3(_forward(pool, address(usdc)), pool, USDC, 0);
        _refuse(
            _header(),
            _borrow(Lender.BalancerV2, 1 ether, bytes.concat(first, second)),
            abi.encodeWithSelector(Swaps.NextTakesNothing.selector, Program.SWAP_V3)
        );
        _refuse(
            _header(),
            _borrow(Lender.BalancerV2, 1 ether, first),
            abi.encodeWithSelector(Swaps.NextTakesNothing.selector, 0)
        );
    }

    function test_functions_that_are_not_there_and_ether_with_those_that_are() public {
        (bool done, bytes memory reason) = address(executor).call(hex"12345678");
        vm.assertFalse(done, "ran");
        vm.assertEq(
            keccak256(reason),
            keccak256(abi.encodeWithSelector(ArbExecutor.UnknownFunction.selector, 0x12345678)),
            "reason"
        );
        vm.deal(OWNER, 1 ether);
        vm.prank(OWNER);
        (done,) = address(executor).call{value: 1}(abi.encodeCall(IArbExecutor.pause, ()));
        vm.assertFalse(done, "ether was taken");
    }

    function test_unwrap_of_another_token() public {
        bytes memory reason = abi.encodeWithSelector(Swaps.StepNeedsWeth.selector, address(usdc));
        _refuse(_header(), Steps.unwrap(USDC, 1), reason);
    }

    function test_fee_of_everything() public {
        address pair = address(dearPair);
        bytes memory swap =
            Steps.swapV2(Program.PAY | _forward(pair, address(weth)), pair, 1e6, WETH, 0);
        bytes memory reason = abi.encodeWithSelector(Swaps.FeePipsTooHigh.selector, 1e6);
        _refuse(_header(), _borrow(Lender.BalancerV2, 1 ether, swap), reason);
    }

    function test_profit_below_the_floor_by_one_unit() public {
        Steps.Header memory h = _header();
        (uint256 profit,) = _profitAndGasCost(h, _legs(1 ether));
        h.minProfit = profit + 1;
        bytes4 selector = ArbExecutor.ProfitBelowFloor.selector;
        _refuse(h, _legs(1 ether), abi.encodeWithSelector(selector, profit, profit + 1));
        h.minProfit = profit;
        vm.assertEq(_execute(bytes.concat(Steps.header(h), _legs(1 ether))), profit, "profit");
    }

    function test_profit_that_only_the_gas_eats() public {
        vm.txGasPrice(GAS_PRICE);
        Steps.Header memory h = _header();
        bytes memory steps = _legs(1 ether);
        // The second time everything is warm, and so it is when it counts.
        _profitAndGasCost(h, steps);
        (uint256 profit, uint256 cost) = _profitAndGasCost(h, steps);
        vm.assertGt(profit, cost, "it earns its gas");
        h.minProfit = profit - cost + 5_000 * GAS_PRICE;
        (bool done,) = _try(bytes.concat(Steps.header(h), steps));
        vm.assertFalse(done, "it does not earn its gas and the floor");
        h.minProfit = profit - cost - 5_000 * GAS_PRICE;
        _execute(bytes.concat(Steps.header(h), steps));
    }

    function test_plain_ether_from_strangers() public {
        vm.deal(OUTSIDER, 1 ether);
        vm.prank(OUTSIDER);
        (bool done, bytes memory reason) = address(executor).call{value: 1}("");
        vm.assertFalse(done, "taken");
        vm.assertEq(bytes4(reason), ArbExecutor.UnexpectedEther.selector, "reason");
    }

    function _refuse(Steps.Header memory h, bytes memory steps, bytes memory expected) private {
        (bool done, bytes memory reason) = _try(bytes.concat(Steps.header(h), steps));
        vm.assertFalse(done, "ran");
        vm.assertEq(keccak256(reason), keccak256(expected), vm.toString(reason));
    }
}
