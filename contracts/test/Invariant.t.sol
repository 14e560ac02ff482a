// SPDX-License-Identifier: MIT
pragma solidity 0.8.26;

import {ArbExecutor, Plan} from "../src/ArbExecutor.sol";
import {IERC20} from "../src/Interfaces.sol";
import {bound, vm} from "./support/Vm.sol";
import {IPair, World} from "./support/World.sol";

/// @dev A day of life: operators trade, traders move pools, strangers donate and try every door.
contract Life is World {
    mapping(address token => uint256) public donated;
    mapping(address token => uint256) public earned;
    uint256 public paidToCoinbase;
    uint256 public trades;
    uint256 public refusals;
    uint256 public strangersWhoGotIn;

    function executorAddress() external view returns (ArbExecutor) {
        return executor;
    }

    function tokens() public view returns (address[4] memory) {
        return [address(weth), address(usdc), address(wbtc), address(dai)];
    }

    function owner() external pure returns (address) {
        return OWNER;
    }

    function operator() external pure returns (address) {
        return OPERATOR;
    }

    function recipient() external pure returns (address) {
        return RECIPIENT;
    }

    function trade(uint256 which, uint256 notional, uint256 bps, uint256 cap, uint256 floor)
        external
    {
        Plan memory plan;
        notional = bound(notional, 0.001 ether, 20 ether);
        if (which % 4 == 0) plan = _twoHops(notional);
        if (which % 4 == 1) plan = _threeHops(notional);
        if (which % 4 == 2) plan = _fromUsdc(notional / 1e9);
        if (which % 4 == 3) {
            plan = _twoHops(notional);
            plan.hops[0] = _hop(uniWethUsdc, address(weth));
            plan.hops[1] = _hop(sushiWethUsdc, address(usdc));
        }
        if (plan.startToken == address(weth)) {
            plan.bidBasisPoints = bound(bps, 0, 10_000);
            plan.bidCapWei = bound(cap, 0, 1 ether);
        }
        plan.minProfit = bound(floor, 0, 1e15);
        uint256 coinbaseBefore = FEE_RECIPIENT.balance;
        uint256 gross = _amountOut(plan);
        gross = gross > plan.notional ? gross - plan.notional : 0;

        vm.prank(OPERATOR);
        try executor.execute(plan) returns (uint256 profit) {
            ++trades;
            uint256 bid = FEE_RECIPIENT.balance - coinbaseBefore;
            paidToCoinbase += bid;
            earned[plan.startToken] += profit;
            require(profit >= plan.minProfit, "guard let a poor trade through");
            require(profit + bid == gross, "profit is not what the pools gave");
        } catch {
            ++refusals;
        }
    }

    function movePrices(uint256 which, uint256 amount, bool zeroForOne) external {
        IPair[4] memory pools = [uniWethUsdc, sushiWethUsdc, uniUsdcDai, uniWethDai];
        IPair pool = pools[which % 4];
        (uint256 r0, uint256 r1,) = pool.getReserves();
        (uint256 rIn, uint256 rOut) = zeroForOne ? (r0, r1) : (r1, r0);
        amount = bound(amount, rIn / 10_000, rIn / 50);
        uint256 out = router.getAmountOut(amount, rIn, rOut);
        _tokenOf(pool, zeroForOne).transfer(address(pool), amount);
        (uint256 out0, uint256 out1) = zeroForOne ? (uint256(0), out) : (out, uint256(0));
        ISwap(address(pool)).swap(out0, out1, address(this), "");
    }

    function donate(uint256 which, uint256 amount) external {
        address token = tokens()[which % 4];
        amount = bound(amount, 1, 1e8);
        IERC20(token).transfer(address(executor), amount);
        donated[token] += amount;
    }

    function strangerCalls(address stranger, uint256 which, uint256 a, uint256 b) external {
        vm.assume(stranger != OWNER && stranger != OPERATOR && stranger != address(vault));
        vm.assume(stranger != address(0));
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
        bytes memory call = which % 10 == 9
            ? abi.encodeCall(ArbExecutor.execute, (_twoHops(bound(a, 1, 5 ether))))
            : abi.encodeWithSelector(selectors[which % 10], tokens()[a % 4], stranger, b, a);
        vm.prank(stranger);
        (bool done,) = address(executor).call(call);
        if (done) ++strangersWhoGotIn;
    }

    function strangerBorrowsInOurName(address stranger, uint256 amount, bool withPlan) external {
        vm.assume(stranger != address(vault));
        Plan memory plan = _twoHops(bound(amount, 0, 5 ether));
        address[] memory borrowed = new address[](1);
        uint256[] memory amounts = new uint256[](1);
        (borrowed[0], amounts[0]) = (address(weth), plan.notional);
        vm.prank(stranger);
        try vault.flashLoan(
            address(executor), borrowed, amounts, withPlan ? abi.encode(plan) : bytes("")
        ) {
            ++strangersWhoGotIn;
        } catch {
            ++refusals;
        }
    }

    function _tokenOf(IPair pool, bool zero) private view returns (IERC20) {
        return IERC20(zero ? pool.token0() : ISwap(address(pool)).token1());
    }
}

interface ISwap {
    function token1() external view returns (address);
    function swap(uint256 out0, uint256 out1, address to, bytes calldata data) external;
}

contract InvariantTest {
    Life private _life;
    ArbExecutor private _executor;

    function setUp() public {
        _life = new Life();
        _life.setUp();
        _executor = _life.executorAddress();
    }

    function targetContracts() public view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_life);
    }

    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    function targetSelectors() public view returns (FuzzSelector[] memory targets) {
        bytes4[] memory selectors = new bytes4[](5);
        selectors[0] = Life.trade.selector;
        selectors[1] = Life.movePrices.selector;
        selectors[2] = Life.donate.selector;
        selectors[3] = Life.strangerCalls.selector;
        selectors[4] = Life.strangerBorrowsInOurName.selector;
        targets = new FuzzSelector[](1);
        targets[0] = FuzzSelector(address(_life), selectors);
    }

    function invariant_executor_holds_what_was_donated_and_nothing_else() public view {
        address[4] memory tokens = _life.tokens();
        for (uint256 i = 0; i < tokens.length; ++i) {
            uint256 held = IERC20(tokens[i]).balanceOf(address(_executor));
            vm.assertEq(held, _life.donated(tokens[i]), "executor");
        }
        vm.assertEq(address(_executor).balance, 0, "ether");
    }

    function invariant_recipient_holds_every_profit() public view {
        address[4] memory tokens = _life.tokens();
        for (uint256 i = 0; i < tokens.length; ++i) {
            uint256 held = IERC20(tokens[i]).balanceOf(_life.recipient());
            vm.assertEq(held, _life.earned(tokens[i]), "recipient");
        }
    }

    function invariant_no_stranger_gets_in_and_no_role_changes() public view {
        vm.assertEq(_life.strangersWhoGotIn(), 0, "a stranger's call succeeded");
        vm.assertEq(_executor.owner(), _life.owner(), "owner");
        vm.assertEq(_executor.pendingOwner(), address(0), "pending owner");
        vm.assertTrue(_executor.isOperator(_life.operator()), "operator");
        vm.assertFalse(_executor.paused(), "paused");
    }

    /// @dev A run in which nothing was traded would prove nothing.
    function test_life_trades_and_refuses() public {
        _life.trade(0, 1 ether, 5_000, 1 ether, 0);
        vm.assertEq(_life.trades(), 1, "the good plan trades");
        vm.assertGt(_life.paidToCoinbase(), 0, "and bids");
        _life.trade(3, 1 ether, 0, 0, 0);
        vm.assertEq(_life.refusals(), 1, "the bad plan is refused");
        _life.trade(2, 1 ether, 0, 0, 0);
        vm.assertEq(_life.trades(), 2, "USDC trades too");
    }
}
