// SPDX-License-Identifier: MIT
pragma solidity 0.8.26;

import {ArbExecutor} from "../src/ArbExecutor.sol";
import {IArbExecutor, ICallbacks} from "../src/IArbExecutor.sol";
import {Expectation} from "../src/Expectation.sol";
import {Permissions} from "../src/Permissions.sol";
import {Program} from "../src/Program.sol";
import {
    FakePool,
    HostileFeeRecipient,
    IAmount,
    Intruder,
    NaiveExecutor,
    OddToken
} from "./support/Naive.sol";
import {IBoundToken, IPair} from "./support/Outside.sol";
import {Routes} from "./support/Routes.sol";
import {Steps} from "./support/Steps.sol";
import {vm} from "./support/Vm.sol";

/// @dev Ten ways in which trading contracts were really drained: each drains a naive executor
/// first, then finds nothing to take here.
contract AttacksTest is Routes {
    uint256 private constant CAPITAL = 10 ether;
    NaiveExecutor private _naive;

    function setUp() public override {
        super.setUp();
        _naive = new NaiveExecutor(OPERATOR, address(weth), address(aave), address(vault));
        weth.transfer(address(_naive), CAPITAL);
        weth.transfer(address(executor), CAPITAL);
        usdc.transfer(address(executor), 1_000e6);
        usdc.transfer(address(_naive), 1_000e6);
    }

    // 1. 0xbaDc0dE, September 2022: a genuine lender calls, somebody else asked it to.
    function test_1_genuine_lender_sent_by_a_stranger() public {
        bytes memory approval = abi.encodeCall(IBoundToken.approve, (OUTSIDER, type(uint256).max));
        vm.prank(OUTSIDER);
        aave.flashLoanSimple(
            address(_naive), address(weth), 0, abi.encode(address(weth), approval), 0
        );
        vm.prank(OUTSIDER);
        IAmount(address(weth)).transferFrom(address(_naive), OUTSIDER, CAPITAL);
        vm.assertEq(weth.balanceOf(OUTSIDER), CAPITAL, "the naive one is drained");

        bytes[] memory data = _datas();
        for (uint256 i = 0; i < data.length; ++i) {
            vm.expectRevert(Expectation.UnexpectedCallback.selector);
            vm.prank(OUTSIDER);
            aave.flashLoanSimple(address(executor), address(weth), 1 ether, data[i], 0);
            vm.expectRevert(Expectation.UnexpectedCallback.selector);
            vm.prank(OUTSIDER);
            erc3156.flashLoan(address(executor), address(weth), 1 ether, data[i]);
        }
        _assertNothingMoved();
    }

    // 2. Unverified6883, July 2025: a callback that no pool ever made.
    function test_2_fake_pool_callback() public {
        vm.prank(OUTSIDER);
        _naive.uniswapV3SwapCallback(int256(CAPITAL), 0, abi.encode(weth));
        vm.assertEq(weth.balanceOf(OUTSIDER), CAPITAL, "the naive one is drained");

        bytes[] memory data = _datas();
        string[4] memory names = [
            "uniswapV3SwapCallback(int256,int256,bytes)",
            "pancakeV3SwapCallback(int256,int256,bytes)",
            "uniswapV3FlashCallback(uint256,uint256,bytes)",
            "pancakeV3FlashCallback(uint256,uint256,bytes)"
        ];
        address[4] memory callers = [OUTSIDER, OPERATOR, address(v3Pool), address(pancakePool)];
        for (uint256 i = 0; i < data.length; ++i) {
            for (uint256 j = 0; j < 16; ++j) {
                _expectUnexpected(
                    callers[j % 4], abi.encodeWithSignature(names[j / 4], CAPITAL, CAPITAL, data[i])
                );
            }
        }
        _assertNothingMoved();
    }

    // 3. Unverified670471, EFLeverVault, AnnexFinance: the victim is named as recipient of a loan.
    function test_3_loan_in_our_name() public {
        (address[] memory tokens, uint256[] memory amounts) = _loan(1 ether);
        vm.prank(OUTSIDER);
        vault.flashLoan(address(_naive), tokens, amounts, abi.encode(OUTSIDER, CAPITAL));
        vm.assertEq(weth.balanceOf(OUTSIDER), CAPITAL, "the naive one is drained");

        bytes[] memory data = _datas();
        for (uint256 i = 0; i < data.length; ++i) {
            vm.expectRevert(Expectation.UnexpectedCallback.selector);
            vm.prank(OUTSIDER);
            vault.flashLoan(address(executor), tokens, amounts, data[i]);
        }
        // A pair may be made to call us as well, and even to say that we asked.
        bytes memory flash = abi.encodeCall(IPair.swap, (1, 0, address(executor), hex"01"));
        vm.prank(OUTSIDER);
        (bool done,) = address(cheapPair).call(flash);
        vm.assertFalse(done, "flash swap in our name");
        vm.prank(OUTSIDER);
        (done,) = address(v3Pool)
            .call(
                abi.encodeWithSignature(
                    "flash(address,uint256,uint256,bytes)", address(executor), 1, 1, data[1]
                )
            );
        vm.assertFalse(done, "V3 flash in our name");
        _assertNothingMoved();
    }

    // 4. 0x8c2d, November 2023: anyone could give himself a role.
    function test_4_open_role_setter() public {
        vm.prank(OUTSIDER);
        _naive.setOperator(OUTSIDER);
        vm.prank(OUTSIDER);
        _naive.withdraw(address(weth), OUTSIDER, CAPITAL);
        vm.assertEq(weth.balanceOf(OUTSIDER), CAPITAL, "the naive one is drained");

        bytes[] memory doors = _doors();
        for (uint256 i = 0; i < doors.length; ++i) {
            vm.prank(OUTSIDER);
            (bool done,) = address(executor).call(doors[i]);
            vm.assertFalse(done, "a door opened");
        }
        vm.assertFalse(executor.isOperator(OUTSIDER), "operator");
        _assertNothingMoved();
    }

    // 5. UnprotectedArbBot, July 2026; 0x0ad8: any call for anyone, and an owner's allowance.
    function test_5_arbitrary_call_and_allowance() public {
        weth.transfer(OWNER, CAPITAL);
        vm.prank(OWNER);
        weth.approve(address(_naive), type(uint256).max);
        vm.prank(OUTSIDER);
        _naive.exec(address(weth), abi.encodeCall(IAmount.transferFrom, (OWNER, OUTSIDER, CAPITAL)));
        vm.assertEq(weth.balanceOf(OUTSIDER), CAPITAL, "the owner is drained");

        // Even with an operator's key and an allowance, no step pulls from anyone.
        weth.transfer(OWNER, CAPITAL);
        vm.prank(OWNER);
        weth.approve(address(executor), type(uint256).max);
        for (uint256 op = 0; op < 256; ++op) {
            bytes memory step = abi.encodePacked(
                uint8(op),
                uint8(0x01),
                address(weth),
                uint8(0),
                uint8(32),
                IAmount.transferFrom.selector,
                OWNER,
                OUTSIDER
            );
            (bool done,) = _try(_program(step));
            vm.assertFalse(done, "ran");
        }
        vm.assertEq(weth.balanceOf(OWNER), CAPITAL, "owner");
        _assertNothingMoved();
    }

    // 6. bot_exp, November 2023: anyone may make it swap, at any price.
    function test_6_open_swap_entry() public {
        _drainBySandwich(OUTSIDER);
        bytes memory call = _call(_program(_swapHeld(Family.V2, true, false)));
        vm.prank(OUTSIDER);
        (bool done,) = address(executor).call(call);
        vm.assertFalse(done, "an outsider swapped");
        _assertDonationsRemain();
    }

    // 7. April 2023: a proposer takes the transaction out of its bundle and trades around it.
    function test_7_unbundled_and_sandwiched() public {
        uint256 before = vm.snapshotState();
        _drainBySandwich(OPERATOR);
        vm.revertToState(before);
        // The start price is what the plan was made for; every front-run makes it worse.
        Steps.Header memory h = _header();
        (uint256 profit,) = _profitAndGasCost(h, _legs(5 ether));
        h.minProfit = profit / 2;
        uint256 ran;
        for (uint256 i = 0; i < 12; ++i) {
            (bool done, bytes memory answer) = _try(bytes.concat(Steps.header(h), _legs(5 ether)));
            if (done) {
                ++ran;
                vm.assertGe(abi.decode(answer, (uint256)), h.minProfit, "below its floor");
            }
            _sell(dearPair, address(weth), 3 ether, OUTSIDER);
        }
        vm.assertGt(ran, 0, "the first ones ran");
        vm.assertGt(12, ran, "the last ones did not");
        _assertDonationsRemain();
    }

    // 8. The block's fee recipient is a contract.
    function test_8_coinbase_that_reenters() public {
        HostileFeeRecipient coinbase = new HostileFeeRecipient();
        vm.coinbase(address(coinbase));
        coinbase.setMood(HostileFeeRecipient.Mood.Draining);
        _naive.payCoinbase();
        vm.assertGt(address(coinbase).balance, CAPITAL * 8 / 10, "the naive one is drained");

        // It is an operator here, and the owner there, and offered ownership: only the lock is left.
        coinbase = new HostileFeeRecipient();
        vm.prank(OWNER);
        executor.addOperator(address(coinbase));
        _bidTo(coinbase);
        vm.prank(OWNER);
        executor.removeOperator(address(coinbase));

        coinbase = new HostileFeeRecipient();
        vm.prank(OWNER);
        executor.transferOwnership(address(coinbase));
        _bidTo(coinbase);
        vm.assertEq(executor.owner(), OWNER, "owner");
        bytes memory accept = abi.encodeCall(IArbExecutor.acceptOwnership, ());
        vm.assertTrue(coinbase.act(address(executor), accept), "the door was locked, not missing");
        _bidTo(coinbase);
    }

    function test_8_coinbase_that_refuses_burns_or_returns_a_bomb() public {
        HostileFeeRecipient coinbase = new HostileFeeRecipient();
        vm.coinbase(address(coinbase));
        Steps.Header memory h = _header();
        h.bidBasisPoints = 5_000;
        coinbase.setMood(HostileFeeRecipient.Mood.Refusing);
        (bool done, bytes memory reason) = _try(bytes.concat(Steps.header(h), _legs(5 ether)));
        vm.assertFalse(done, "ran");
        vm.assertEq(bytes4(reason), ArbExecutor.CoinbasePaymentFailed.selector, "refusing");

        vm.txGasPrice(GAS_PRICE);
        coinbase.setMood(HostileFeeRecipient.Mood.Returning);
        (, uint256 calm) = _profitAndGasCost(h, _legs(5 ether));
        coinbase.setMood(HostileFeeRecipient.Mood.Burning);
        (, uint256 cost) = _profitAndGasCost(h, _legs(5 ether));
        vm.assertGe(cost, calm + 1_900_000 * GAS_PRICE, "burnt gas is counted");
        _assertNothingMoved();
    }

    // 9. Pools that lie, tokens that tax, answer false or call back.
    function test_9_fake_pair_that_only_claims_to_pay() public {
        FakePool liar = new FakePool(address(weth), address(usdc), 1_000 ether, 9_000_000e6, false);
        vm.prank(OPERATOR);
        _naive.cycle(address(liar), address(cheapPair), address(weth), address(usdc), CAPITAL);
        vm.assertGt(CAPITAL / 10, weth.balanceOf(address(_naive)), "the naive one is drained");

        bytes memory first =
            Steps.swapV2(Program.PAY | Program.ZERO_FOR_ONE, address(liar), FEE, WETH, 0);
        bytes memory honest = _swapHeld(Family.V2, false, false);
        // USDC that lies here would pay for what the liar did not send.
        _expectFailure(
            bytes.concat(_borrow(Lender.BalancerV2, 0.1 ether, bytes.concat(first, honest)))
        );
        // The last pool lies, and WETH that lies here would repay the loan.
        FakePool last = new FakePool(address(usdc), address(weth), 100e6, 1_000 ether, false);
        bytes memory second =
            Steps.swapV2(Program.PAY | Program.ZERO_FOR_ONE, address(last), FEE, USDC, 0);
        bytes memory steps = _borrow(
            Lender.BalancerV2, 0.1 ether, bytes.concat(_swapHeld(Family.V2, true, false), second)
        );
        (bool done, bytes memory reason) = _try(_program(steps));
        vm.assertFalse(done, "ran");
        vm.assertEq(bytes4(reason), ArbExecutor.BalanceShrank.selector, "reason");
        _assertNothingMoved();
    }

    function test_9_fake_v3_pool_that_demands_or_stays_silent() public {
        FakePool fake = new FakePool(address(weth), address(usdc), 1, 1, false);
        bytes memory step = Steps.swapV3(Program.ZERO_FOR_ONE, address(fake), WETH, 1 ether);
        fake.set(int256(CAPITAL), false);
        _expectFailure(step);
        step = Steps.swapV3(Program.ZERO_FOR_ONE, address(fake), USDC, 1 ether);
        fake.set(1_000e6, false);
        _expectFailure(step);
        fake.set(0, true);
        (bool done, bytes memory reason) = _try(_program(step));
        vm.assertFalse(done, "ran");
        vm.assertEq(bytes4(reason), Expectation.CallbackMissing.selector, "silent pool");
        bytes memory silent = Steps.loan(Program.LOAN_MORPHO, 0, address(fake), WETH, 1, "");
        (done, reason) = _try(_program(silent));
        vm.assertEq(bytes4(reason), Expectation.CallbackMissing.selector, "silent lender");
        _assertNothingMoved();
    }

    function test_9_pool_and_token_that_reenter_find_every_door_locked() public {
        FakePool fake = new FakePool(address(weth), address(usdc), 1_000 ether, 9_000_000e6, true);
        usdc.transfer(address(fake), 9_000_000e6);
        bytes memory first =
            Steps.swapV2(Program.PAY | Program.ZERO_FOR_ONE, address(fake), FEE, WETH, 0);
        bytes memory steps = _borrow(
            Lender.BalancerV2, 1 ether, bytes.concat(first, _swapHeld(Family.V2, false, false))
        );
        fake.arm(address(executor), _doors());
        vm.prank(OWNER);
        executor.addOperator(address(fake));
        uint256 profit = _execute(_program(steps));
        _assertNoDoorOpened(fake);
        vm.assertEq(weth.balanceOf(RECIPIENT), profit, "recipient");
        _assertDonationsRemain();

        (OddToken token, Steps.Header memory h, bytes memory odd) =
            _oddMarket(OddToken.Kind.CallsBack);
        token.arm(address(executor), _doors());
        vm.prank(OWNER);
        executor.addOperator(address(token));
        _execute(bytes.concat(Steps.header(h), odd));
        _assertNoDoorOpened(token);
        _assertDonationsRemain();
    }

    function test_9_spender_that_leaves_its_approval_loses_it() public {
        FakePool fake = new FakePool(address(weth), address(usdc), 1, 1, false);
        bytes memory step = Steps.swapCurve(0, address(fake), WETH, USDC, 0, 1, CAPITAL);
        _execute(_program(step));
        vm.assertEq(weth.allowance(address(executor), address(fake)), 0, "approval");
        _assertDonationsRemain();
    }

    function test_9_odd_tokens() public {
        (OddToken token, Steps.Header memory h, bytes memory steps) =
            _oddMarket(OddToken.Kind.AnswersNothing);
        uint256 profit = _execute(bytes.concat(Steps.header(h), steps));
        vm.assertGt(profit, 0, "a token that answers nothing is traded");
        vm.assertEq(token.balanceOf(RECIPIENT), profit, "recipient");

        OddToken.Kind[3] memory kinds =
            [OddToken.Kind.AnswersFalse, OddToken.Kind.AnswersGarbage, OddToken.Kind.Taxed];
        for (uint256 i = 0; i < 3; ++i) {
            (token, h, steps) = _oddMarket(kinds[i]);
            token.arm(address(executor), new bytes[](0));
            (bool done, bytes memory reason) = _try(bytes.concat(Steps.header(h), steps));
            vm.assertFalse(done, "an odd token was traded");
            if (i < 2) {
                bytes4 failed = bytes4(keccak256("TransferFailed(address,address,uint256)"));
                vm.assertEq(bytes4(reason), failed, "reason");
            }
        }
        // A token without code answers every call with silence.
        h.tokens[0] = address(0x70cece);
        _try(bytes.concat(Steps.header(h), steps));
        vm.assertEq(weth.balanceOf(RECIPIENT), 0, "recipient");
    }

    // 10. The same signed transaction lands later.
    function test_10_replay_after_the_target_block() public {
        uint256 before = weth.balanceOf(address(_naive));
        _sell(dearPair, address(weth), 500 ether, OUTSIDER);
        vm.roll(block.number + 5);
        vm.prank(OPERATOR);
        _naive.cycle(address(dearPair), address(cheapPair), address(weth), address(usdc), 1 ether);
        vm.assertGt(before, weth.balanceOf(address(_naive)), "the naive one lost");

        bytes memory program = _program(_legs(1 ether));
        vm.roll(block.number + 1);
        (bool done, bytes memory reason) = _try(program);
        vm.assertFalse(done, "ran");
        vm.assertEq(bytes4(reason), ArbExecutor.DeadlinePassed.selector, "reason");
        _assertNothingMoved();
    }

    /// @dev Also in the transaction of a trade that went well, whose data is known by then.
    function test_a_callback_expected_once_is_not_expected_again() public {
        bytes memory program = _good();
        _execute(program);
        bytes[] memory data = _datas();
        (address[] memory tokens, uint256[] memory amounts) = _loan(1 ether);
        for (uint256 i = 0; i < data.length; ++i) {
            _expectUnexpected(
                address(vault),
                abi.encodeWithSignature(
                    "receiveFlashLoan(address[],uint256[],uint256[],bytes)",
                    tokens,
                    amounts,
                    new uint256[](1),
                    data[i]
                )
            );
        }
    }

    // --- how ---

    function _drainBySandwich(address caller) private {
        uint256 outsiderBefore = weth.balanceOf(OUTSIDER);
        weth.transfer(OUTSIDER, 1_000 ether);
        // Sells first, lets the victim sell into the hole, buys back.
        _sellFrom(cheapPair, address(weth), 1_000 ether);
        vm.prank(caller);
        _naive.swap(address(cheapPair), address(weth), CAPITAL, OUTSIDER);
        _sellFrom(cheapPair, address(usdc), usdc.balanceOf(OUTSIDER));
        uint256 gain = weth.balanceOf(OUTSIDER) - outsiderBefore;
        vm.assertGt(gain, 1_001 ether, "the sandwich pays");
    }

    function _sellFrom(IPair pair, address token, uint256 amount) private {
        vm.prank(OUTSIDER);
        IBoundToken(token).transfer(address(this), amount);
        _sell(pair, token, amount, OUTSIDER);
    }

    function _sell(IPair pair, address token, uint256 amount, address to) private {
        (uint256 r0, uint256 r1,) = pair.getReserves();
        bool forward = pair.token0() == token;
        uint256 out = router.getAmountOut(amount, forward ? r0 : r1, forward ? r1 : r0);
        IBoundToken(token).transfer(address(pair), amount);
        pair.swap(forward ? 0 : out, forward ? out : 0, to, "");
    }

    function _bidTo(HostileFeeRecipient coinbase) private {
        vm.coinbase(address(coinbase));
        coinbase.arm(address(executor), _doors());
        Steps.Header memory h = _header();
        h.bidBasisPoints = 5_000;
        uint256 before = weth.balanceOf(RECIPIENT);
        uint256 profit = _execute(bytes.concat(Steps.header(h), _legs(1 ether)));
        vm.assertEq(weth.balanceOf(RECIPIENT) - before, profit, "recipient");
        vm.assertGt(address(coinbase).balance, 0, "bid");
        _assertNoDoorOpened(coinbase);
        _assertDonationsRemain();
    }

    /// @dev Data that a callback may bring: nothing, rubbish, and what a real one has.
    function _datas() private view returns (bytes[] memory data) {
        data = new bytes[](3);
        data[1] = abi.encode(OUTSIDER, CAPITAL);
        bytes memory program = _good();
        uint256 step = Steps.header(_header()).length;
        data[2] = bytes.concat(abi.encode(1 ether, step << 128 | step + 12), program);
    }

    /// @dev Every function that changes state, with arguments that fit.
    function _doors() private view returns (bytes[] memory doors) {
        doors = new bytes[](21);
        bytes memory data = _datas()[2];
        (address[] memory tokens, uint256[] memory amounts) = _loan(1 ether);
        doors[0] = _call(_good());
        doors[1] = abi.encodeCall(IArbExecutor.sweep, (address(weth)));
        doors[2] = abi.encodeCall(IArbExecutor.sweep, (address(0)));
        doors[3] = abi.encodeCall(IArbExecutor.addOperator, (address(0xdead)));
        doors[4] = abi.encodeCall(IArbExecutor.removeOperator, (OPERATOR));
        doors[5] = abi.encodeCall(IArbExecutor.transferOwnership, (OUTSIDER));
        doors[6] = abi.encodeCall(IArbExecutor.acceptOwnership, ());
        doors[7] = abi.encodeCall(IArbExecutor.pause, ());
        doors[8] = abi.encodeCall(IArbExecutor.unpause, ());
        doors[9] =
            abi.encodeCall(ICallbacks.receiveFlashLoan, (tokens, amounts, new uint256[](1), data));
        doors[10] = abi.encodeCall(ICallbacks.uniswapV3SwapCallback, (1, 1, data));
        doors[11] = abi.encodeCall(ICallbacks.pancakeV3SwapCallback, (1, 1, data));
        doors[12] = abi.encodeCall(ICallbacks.uniswapV3FlashCallback, (1, 1, data));
        doors[13] = abi.encodeCall(ICallbacks.pancakeV3FlashCallback, (1, 1, data));
        doors[14] = abi.encodeCall(ICallbacks.uniswapV2Call, (address(executor), 1, 1, data));
        doors[15] = abi.encodeCall(ICallbacks.pancakeCall, (address(executor), 1, 1, data));
        doors[16] = abi.encodeCall(ICallbacks.hook, (address(executor), 1, 1, data));
        doors[17] = abi.encodeCall(ICallbacks.unlockCallback, (data));
        doors[18] = abi.encodeCall(ICallbacks.onMorphoFlashLoan, (1 ether, data));
        doors[19] = abi.encodeCall(
            ICallbacks.executeOperation, (address(weth), 1 ether, 0, address(executor), data)
        );
        doors[20] = abi.encodeCall(ICallbacks.balancerV3Unlocked, (data));
    }

    function _expectUnexpected(address caller, bytes memory call) private {
        vm.prank(caller);
        (bool done, bytes memory reason) = address(executor).call(call);
        vm.assertFalse(done, "taken");
        vm.assertEq(bytes4(reason), Expectation.UnexpectedCallback.selector, "reason");
    }

    function _expectFailure(bytes memory steps) private {
        (bool done,) = _try(_program(steps));
        vm.assertFalse(done, "ran");
        _assertNothingMoved();
    }

    function _assertNoDoorOpened(Intruder intruder) private view {
        vm.assertEq(intruder.attempts(), 21, "it tried");
        vm.assertEq(intruder.successes(), 0, "a door opened");
    }

    function _assertNothingMoved() private view {
        _assertDonationsRemain();
        vm.assertEq(weth.balanceOf(RECIPIENT), 0, "recipient");
    }

    function _assertDonationsRemain() private view {
        vm.assertEq(weth.balanceOf(address(executor)), CAPITAL, "WETH");
        vm.assertEq(usdc.balanceOf(address(executor)), 1_000e6, "USDC");
        vm.assertEq(address(executor).balance, 0, "ether");
        vm.assertTrue(executor.isOperator(OPERATOR), "operator");
        vm.assertFalse(executor.paused(), "paused");
    }

    function _loan(uint256 amount)
        private
        view
        returns (address[] memory tokens, uint256[] memory amounts)
    {
        tokens = new address[](1);
        amounts = new uint256[](1);
        (tokens[0], amounts[0]) = (address(weth), amount);
    }

    /// @dev Two real pools of WETH and an odd token, at prices apart; the vault lends the token.
    function _oddMarket(OddToken.Kind kind)
        private
        returns (OddToken token, Steps.Header memory h, bytes memory steps)
    {
        token = new OddToken(kind);
        IPair cheap = _pool(uniswap, address(weth), 1_000 ether, address(token), 1e24);
        IPair dear = _pool(sushi, address(weth), 1_100 ether, address(token), 1e24);
        token.transfer(address(vault), 1e24);
        // The odd one is the start token: sold where it is dear, bought back where it is cheap.
        h = _header();
        (h.tokens[0], h.tokens[1]) = (address(token), address(weth));
        h.rateX96 = ONE_X96;
        address a = address(dear);
        address b = address(cheap);
        bytes memory inner = bytes.concat(
            Steps.swapV2(Program.PAY | Program.TO_NEXT | _forward(a, address(token)), a, FEE, 0, 0),
            Steps.swapV2(_forward(b, address(weth)), b, FEE, 1, 0)
        );
        steps = Steps.loanBalancerV2(0, 1e21, inner);
        token.turnOdd();
    }
}
