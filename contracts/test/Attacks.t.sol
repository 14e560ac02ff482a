// SPDX-License-Identifier: MIT
pragma solidity 0.8.26;

import {ArbExecutor, Hop, Plan} from "../src/ArbExecutor.sol";
import {IUniswapV2Pair} from "../src/Interfaces.sol";
import {Permissions} from "../src/Permissions.sol";
import {FakePair, HostileFeeRecipient, Intruder, OddToken} from "./support/Attackers.sol";
import {vm} from "./support/Vm.sol";
import {IPair, World} from "./support/World.sol";

/// @dev Real losses of trading contracts, tried on this one.
contract AttacksTest is World {
    uint256 private constant DONATED = 10 ether;

    function setUp() public override {
        super.setUp();
        weth.transfer(address(executor), DONATED);
        usdc.transfer(address(executor), 1_000e6);
    }

    function test_outsider_cannot_borrow_in_our_name() public {
        _setFlashLoanFee(0.01e18);
        Plan memory plan = _twoHops(5 ether);
        bytes[3] memory data = [bytes(""), abi.encode(plan), abi.encode(_threeHops(1 ether))];
        for (uint256 i = 0; i < data.length; ++i) {
            (address[] memory tokens, uint256[] memory amounts) = _loan(plan);
            vm.expectRevert(ArbExecutor.UnexpectedCallback.selector);
            vm.prank(OUTSIDER);
            vault.flashLoan(address(executor), tokens, amounts, data[i]);
        }
        _assertNothingMoved();
    }

    function test_outsider_cannot_borrow_nothing_in_our_name() public {
        vm.expectRevert(ArbExecutor.UnexpectedCallback.selector);
        vm.prank(OUTSIDER);
        vault.flashLoan(address(executor), new address[](0), new uint256[](0), "");
    }

    function test_nobody_but_the_vault_can_call_back() public {
        Plan memory plan = _twoHops(5 ether);
        (address[] memory tokens, uint256[] memory amounts) = _loan(plan);
        address[3] memory callers = [OUTSIDER, OPERATOR, address(sushiWethUsdc)];
        for (uint256 i = 0; i < callers.length; ++i) {
            vm.expectRevert(ArbExecutor.UnexpectedCallback.selector);
            vm.prank(callers[i]);
            executor.receiveFlashLoan(tokens, amounts, new uint256[](1), abi.encode(plan));
        }
        _assertNothingMoved();
    }

    /// @dev Also in the transaction of a trade that went well, whose data is known by then.
    function test_a_callback_expected_once_is_not_expected_again() public {
        Plan memory plan = _twoHops(5 ether);
        (address[] memory tokens, uint256[] memory amounts) = _loan(plan);
        _execute(plan);
        vm.expectRevert(ArbExecutor.UnexpectedCallback.selector);
        vm.prank(address(vault));
        executor.receiveFlashLoan(tokens, amounts, new uint256[](1), abi.encode(plan));
    }

    function test_callbacks_of_other_protocols_find_no_door() public {
        string[6] memory signatures = [
            "uniswapV2Call(address,uint256,uint256,bytes)",
            "uniswapV3SwapCallback(int256,int256,bytes)",
            "pancakeV3SwapCallback(int256,int256,bytes)",
            "executeOperation(address,uint256,uint256,address,bytes)",
            "onFlashLoan(address,address,uint256,uint256,bytes)",
            "callFunction(address,(address,uint256),bytes)"
        ];
        for (uint256 i = 0; i < signatures.length; ++i) {
            bytes4 selector = bytes4(keccak256(bytes(signatures[i])));
            vm.prank(OUTSIDER);
            (bool done,) = address(executor).call(bytes.concat(selector, new bytes(320)));
            vm.assertFalse(done, signatures[i]);
        }
        _assertNothingMoved();
    }

    function test_coinbase_that_is_an_operator_cannot_reenter() public {
        HostileFeeRecipient coinbase = new HostileFeeRecipient();
        vm.prank(OWNER);
        executor.addOperator(address(coinbase));
        _bidTo(coinbase);
        vm.assertEq(coinbase.reasons(0), Permissions.Reentered.selector, "execute");
    }

    function test_coinbase_that_is_the_owner_cannot_reenter() public {
        HostileFeeRecipient coinbase = new HostileFeeRecipient();
        executor = _newExecutor(address(coinbase), OPERATOR);
        weth.transfer(address(executor), DONATED);
        usdc.transfer(address(executor), 1_000e6);
        _bidTo(coinbase);
        uint256[7] memory doors = [uint256(1), 2, 3, 4, 5, 7, 8];
        for (uint256 i = 0; i < doors.length; ++i) {
            vm.assertEq(coinbase.reasons(doors[i]), Permissions.Reentered.selector, "owner door");
        }
    }

    function test_coinbase_that_was_offered_ownership_cannot_take_it_meanwhile() public {
        HostileFeeRecipient coinbase = new HostileFeeRecipient();
        vm.prank(OWNER);
        executor.transferOwnership(address(coinbase));
        _bidTo(coinbase);
        vm.assertEq(coinbase.reasons(6), Permissions.Reentered.selector, "acceptOwnership");
        vm.assertEq(executor.owner(), OWNER, "owner");
        // Afterwards the same call is its right: the door was locked, not missing.
        coinbase.accept();
        vm.assertEq(executor.owner(), address(coinbase), "owner later");
    }

    function test_coinbase_that_refuses_the_payment_gets_no_trade() public {
        HostileFeeRecipient coinbase = new HostileFeeRecipient();
        coinbase.setMood(HostileFeeRecipient.Mood.Refusing);
        vm.coinbase(address(coinbase));
        Plan memory plan = _twoHops(5 ether);
        plan.bidBasisPoints = 5_000;
        uint256 bid = (_amountOut(plan) - plan.notional) / 2;
        bytes4 reason = ArbExecutor.CoinbasePaymentFailed.selector;
        _expectRefusal(plan, abi.encodeWithSelector(reason, address(coinbase), bid));
    }

    function test_coinbase_that_burns_gas_burns_the_trade() public {
        vm.txGasPrice(GAS_PRICE);
        HostileFeeRecipient coinbase = new HostileFeeRecipient();
        vm.coinbase(address(coinbase));
        Plan memory plan = _twoHops(5 ether);
        plan.bidBasisPoints = 100;
        (, uint256 calmGasCost) = _profitAndGasCost(plan);
        coinbase.setMood(HostileFeeRecipient.Mood.Burning);
        (, uint256 gasCost) = _profitAndGasCost(plan);
        // The calm one read its mood from a cold slot: a few thousand gas of another kind.
        vm.assertGe(gasCost, calmGasCost + 1_990_000 * GAS_PRICE, "burnt gas is counted");
    }

    function test_a_signed_trade_replayed_later_is_refused() public {
        Plan memory plan = _twoHops(1 ether);
        _execute(plan);
        vm.roll(block.number + 1);
        vm.expectRevert(
            abi.encodeWithSelector(
                ArbExecutor.DeadlinePassed.selector, plan.deadlineBlock + 1, plan.deadlineBlock
            )
        );
        _execute(plan);
    }

    /// @dev A proposer may take our transaction out of its bundle and trade around it.
    function test_a_sandwiched_trade_pays_its_floor_or_reverts() public {
        Plan memory plan = _twoHops(5 ether);
        (uint256 profit,) = _profitAndGasCost(plan);
        plan.minProfit = profit / 2;
        uint256 ran;
        for (uint256 i = 0; i < 12; ++i) {
            vm.prank(OPERATOR);
            (bool done, bytes memory answer) =
                address(executor).call(abi.encodeCall(ArbExecutor.execute, (plan)));
            if (done) {
                ++ran;
                vm.assertGe(abi.decode(answer, (uint256)), plan.minProfit, "below its floor");
            }
            _frontRun(0.5 ether);
        }
        vm.assertGt(ran, 0, "the first ones ran");
        vm.assertGt(12, ran, "the last ones did not");
        _assertDonationsRemain();
    }

    function test_fake_pair_that_pays_gains_nothing_by_reentering() public {
        FakePair fake = _fakePair(true);
        Plan memory plan = _through(fake, 5 ether);
        fake.arm(executor, plan);
        vm.prank(OWNER);
        executor.addOperator(address(fake));
        uint256 profit = _execute(plan);
        _assertNoDoorOpened(fake);
        vm.assertEq(weth.balanceOf(RECIPIENT), profit, "recipient");
        _assertDonationsRemain();
    }

    function test_fake_pair_that_keeps_the_loan_gets_no_trade() public {
        FakePair fake = _fakePair(false);
        Plan memory plan = _through(fake, 5 ether);
        vm.expectRevert();
        _execute(plan);
        plan.hops[1] = Hop(address(_fakePair(false)), FEE, plan.hops[1].zeroForOne);
        vm.expectRevert();
        _execute(plan);
        _assertNothingMoved();
    }

    /// @dev The last hop only claims to have paid, and our own tokens would cover the loan.
    function test_fake_last_pair_cannot_make_us_repay_from_donations() public {
        Plan memory plan = _twoHops(5 ether);
        FakePair liar = new FakePair(address(usdc), address(weth), 100e6, 1_000 ether, false);
        plan.hops[1] = Hop(address(liar), FEE, true);
        bytes4 reason = ArbExecutor.BalanceShrank.selector;
        _expectRefusal(plan, abi.encodeWithSelector(reason, DONATED, DONATED - 5 ether));
        _assertNothingMoved();
    }

    function test_token_that_answers_false_is_refused() public {
        _expectTransferFailure(OddToken.Kind.AnswersFalse);
    }

    function test_token_that_answers_garbage_is_refused() public {
        _expectTransferFailure(OddToken.Kind.AnswersGarbage);
    }

    function test_token_that_answers_nothing_is_traded() public {
        (OddToken token, Plan memory plan) = _oddMarket(OddToken.Kind.AnswersNothing);
        uint256 expected = _amountOut(plan) - plan.notional;
        vm.assertEq(_execute(plan), expected, "profit");
        vm.assertEq(token.balanceOf(RECIPIENT), expected, "recipient");
    }

    function test_taxed_token_fails_in_the_pool_wherever_it_is() public {
        (OddToken token, Plan memory plan) = _oddMarket(OddToken.Kind.Taxed);
        vm.expectRevert();
        _execute(plan);

        Plan memory inner = _plan(address(weth), 1 ether, 2);
        inner.hops[0] = _hop(IPair(plan.hops[1].pool), address(weth));
        inner.hops[1] = _hop(IPair(plan.hops[0].pool), address(token));
        _expectRefusal(inner, abi.encodeWithSignature("Error(string)", "UniswapV2: K"));
        _assertNothingMoved();
    }

    function test_token_that_calls_back_finds_every_door_locked() public {
        (OddToken token, Plan memory plan) = _oddMarket(OddToken.Kind.CallsBack);
        token.arm(executor, plan);
        vm.prank(OWNER);
        executor.addOperator(address(token));
        uint256 profit = _execute(plan);
        _assertNoDoorOpened(token);
        vm.assertEq(token.balanceOf(RECIPIENT), profit, "recipient");
        _assertDonationsRemain();
    }

    function test_start_token_without_code_is_refused() public {
        Plan memory plan = _twoHops(1 ether);
        plan.startToken = address(0x70cece);
        FakePair a = new FakePair(plan.startToken, address(weth), 1e18, 1e18, true);
        plan.hops[0] = Hop(address(a), FEE, true);
        plan.hops[1] = Hop(address(a), FEE, false);
        vm.expectRevert();
        _execute(plan);
        _assertNothingMoved();
    }

    function test_nothing_ever_approves_anyone() public {
        Plan memory plan = _twoHops(1 ether);
        plan.bidBasisPoints = 5_000;
        _execute(plan);
        _execute(_fromUsdc(1_000e6));
        address[5] memory spenders =
            [address(vault), address(uniWethUsdc), address(sushiWethUsdc), OPERATOR, FEE_RECIPIENT];
        for (uint256 i = 0; i < spenders.length; ++i) {
            vm.assertEq(_allowance(address(weth), spenders[i]), 0, "WETH");
            vm.assertEq(_allowance(address(usdc), spenders[i]), 0, "USDC");
        }
    }

    /// @dev Sells WETH where our plan will, so that its first price worsens.
    function _frontRun(uint256 amount) private {
        (uint256 r0, uint256 r1,) = sushiWethUsdc.getReserves();
        bool wethIs0 = sushiWethUsdc.token0() == address(weth);
        uint256 out = router.getAmountOut(amount, wethIs0 ? r0 : r1, wethIs0 ? r1 : r0);
        weth.transfer(address(sushiWethUsdc), amount);
        IUniswapV2Pair(address(sushiWethUsdc))
            .swap(wethIs0 ? 0 : out, wethIs0 ? out : 0, OUTSIDER, "");
    }

    function _bidTo(HostileFeeRecipient coinbase) private {
        vm.coinbase(address(coinbase));
        Plan memory plan = _twoHops(5 ether);
        plan.bidBasisPoints = 5_000;
        uint256 gross = _amountOut(plan) - plan.notional;
        coinbase.arm(executor, plan);
        vm.assertEq(_execute(plan), gross - gross / 2, "profit");
        vm.assertEq(address(coinbase).balance, gross / 2, "bid");
        vm.assertEq(weth.balanceOf(RECIPIENT), gross - gross / 2, "recipient");
        _assertNoDoorOpened(coinbase);
        _assertDonationsRemain();
    }

    function _assertNoDoorOpened(Intruder intruder) private view {
        vm.assertEq(intruder.attempts(), 11, "it tried");
        vm.assertEq(intruder.successes(), 0, "a door opened");
    }

    function _assertNothingMoved() private view {
        _assertDonationsRemain();
        vm.assertEq(weth.balanceOf(RECIPIENT), 0, "recipient");
        vm.assertEq(weth.balanceOf(OUTSIDER), 0, "outsider");
    }

    function _assertDonationsRemain() private view {
        vm.assertEq(weth.balanceOf(address(executor)), DONATED, "WETH");
        vm.assertEq(usdc.balanceOf(address(executor)), 1_000e6, "USDC");
        vm.assertEq(address(executor).balance, 0, "ether");
    }

    function _loan(Plan memory plan)
        private
        pure
        returns (address[] memory tokens, uint256[] memory amounts)
    {
        tokens = new address[](1);
        amounts = new uint256[](1);
        (tokens[0], amounts[0]) = (plan.startToken, plan.notional);
    }

    /// @dev Sells USDC for WETH far too dear to be true.
    function _fakePair(bool pays) private returns (FakePair fake) {
        fake = new FakePair(address(weth), address(usdc), 1_000 ether, 9_000_000e6, pays);
        usdc.transfer(address(fake), 9_000_000e6);
    }

    function _through(FakePair fake, uint256 notional) private view returns (Plan memory plan) {
        plan = _twoHops(notional);
        plan.hops[0] = Hop(address(fake), FEE, true);
    }

    /// @dev Two real pools of WETH and an odd token, at prices apart; the vault lends the token.
    function _oddMarket(OddToken.Kind kind) private returns (OddToken token, Plan memory plan) {
        token = new OddToken(kind);
        IPair cheap = _pool(uniswap, address(weth), 1_000 ether, address(token), 1e24);
        IPair dear = _pool(sushi, address(weth), 1_100 ether, address(token), 1e24);
        token.transfer(address(vault), 1e24);
        // The odd one is the start token: sold where it is dear, bought back where it is cheap.
        plan = _plan(address(token), 1e21, 2);
        plan.hops[0] = _hop(dear, address(token));
        plan.hops[1] = _hop(cheap, address(weth));
        token.turnOdd();
    }

    function _expectTransferFailure(OddToken.Kind kind) private {
        (OddToken token, Plan memory plan) = _oddMarket(kind);
        Plan memory inert = plan;
        token.arm(executor, inert);
        vm.prank(OPERATOR);
        (bool done, bytes memory reason) =
            address(executor).call(abi.encodeCall(ArbExecutor.execute, (plan)));
        vm.assertFalse(done, "ran");
        vm.assertEq(
            bytes4(reason), bytes4(keccak256("TransferFailed(address,address,uint256)")), ""
        );
    }

    function _allowance(address token, address spender) private view returns (uint256) {
        (bool done, bytes memory answer) = token.staticcall(
            abi.encodeWithSignature("allowance(address,address)", address(executor), spender)
        );
        require(done, "no allowance function");
        return abi.decode(answer, (uint256));
    }
}
