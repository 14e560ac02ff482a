// SPDX-License-Identifier: MIT
pragma solidity 0.8.26;

import {IArbExecutor} from "../src/IArbExecutor.sol";
import {Permissions} from "../src/Permissions.sol";
import {DOORS, door} from "./support/Doors.sol";
import {IBoundToken, IPair} from "./support/Outside.sol";
import {Routes} from "./support/Routes.sol";
import {Steps} from "./support/Steps.sol";
import {bound, vm} from "./support/Vm.sol";

/// @dev A day of life: operators trade, traders move pools, strangers donate and try every door.
contract Life is Routes {
    mapping(address token => uint256) public donated;
    mapping(address token => uint256) public kept; // the one unit that a first trade leaves
    mapping(address token => uint256) public earned;
    uint256 public trades;
    uint256 public refusals;
    uint256 public strangersWhoGotIn;
    uint256 public paidToCoinbase;

    function executorAddress() external view returns (IArbExecutor) {
        return executor;
    }

    function tokens() public view returns (address[2] memory) {
        return [address(weth), address(usdc)];
    }

    function spenders() external view returns (address[8] memory) {
        return [
            address(vault),
            address(morpho),
            address(aave),
            address(erc3156),
            address(curve),
            address(curveQuiet),
            address(curveIndexed),
            address(manager)
        ];
    }

    function people() external pure returns (address, address, address) {
        return (OWNER, OPERATOR, RECIPIENT);
    }

    function trade(uint8 l, uint8 f, bool first, uint256 notional, uint256 bps, uint256 floor)
        external
    {
        Lender lender = Lender(l % LENDERS);
        bool open = lender == Lender.V4;
        Family family = Family(f % FAMILIES);
        bytes memory inner = first
            ? bytes.concat(_swapHeld(family, true, open), _swapHeld(Family.V2, false, false))
            : bytes.concat(_swapHeld(Family.V2, true, false), _swapHeld(family, false, open));
        Steps.Header memory h = _header();
        h.bidBasisPoints = bound(bps, 0, 10_000);
        h.minProfit = bound(floor, 0, 1e15);
        bytes memory steps = _borrow(lender, bound(notional, 0.001 ether, 20 ether), inner);
        uint256[2] memory before =
            [weth.balanceOf(address(executor)), usdc.balanceOf(address(executor))];
        uint256[2] memory had = [weth.balanceOf(RECIPIENT), usdc.balanceOf(RECIPIENT)];
        uint256 paid = FEE_RECIPIENT.balance;
        (bool done, bytes memory answer) = _try(bytes.concat(Steps.header(h), steps));
        if (!done) {
            ++refusals;
            return;
        }
        ++trades;
        uint256 profit = abi.decode(answer, (uint256));
        paid = FEE_RECIPIENT.balance - paid;
        paidToCoinbase += paid;
        require(profit >= h.minProfit, "guard let a poor trade through");
        require(paid == (profit + paid) * h.bidBasisPoints / 10_000, "another bid");
        require(weth.balanceOf(RECIPIENT) == had[0] + profit, "another profit");
        require(usdc.balanceOf(RECIPIENT) >= had[1], "recipient is poorer");
        for (uint256 i = 0; i < 2; ++i) {
            IBoundToken token = IBoundToken(tokens()[i]);
            uint256 held = token.balanceOf(address(executor));
            require(held >= before[i], "executor is poorer");
            require(held - before[i] <= 1 && (before[i] == 0 || held == before[i]), "it stays");
            kept[address(token)] += held - before[i];
            earned[address(token)] += token.balanceOf(RECIPIENT) - had[i];
        }
    }

    function movePrices(uint256 which, uint256 amount, bool zeroForOne) external {
        IPair pool = which % 2 == 0 ? cheapPair : dearPair;
        (uint256 r0, uint256 r1,) = pool.getReserves();
        (uint256 rIn, uint256 rOut) = zeroForOne ? (r0, r1) : (r1, r0);
        amount = bound(amount, rIn / 10_000, rIn / 50);
        uint256 out = router.getAmountOut(amount, rIn, rOut);
        IBoundToken(zeroForOne ? pool.token0() : pool.token1()).transfer(address(pool), amount);
        (uint256 out0, uint256 out1) = zeroForOne ? (uint256(0), out) : (out, uint256(0));
        pool.swap(out0, out1, address(this), "");
    }

    function donate(uint256 which, uint256 amount) external {
        address token = tokens()[which % 2];
        amount = bound(amount, 1, 1e8);
        IBoundToken(token).transfer(address(executor), amount);
        donated[token] += amount;
    }

    function strangerCalls(address stranger, uint256 which, uint256 a) external {
        vm.assume(stranger != OWNER && stranger != OPERATOR && stranger != address(0));
        bytes memory call = which % (DOORS + 1) == DOORS
            ? _call(_good())
            : abi.encodeWithSelector(door(which % (DOORS + 1)), tokens()[a % 2], stranger, a, a);
        vm.prank(stranger);
        (bool done,) = address(executor).call(call);
        if (done) ++strangersWhoGotIn;
    }

    function strangerBorrowsInOurName(address stranger, uint256 amount, uint256 which) external {
        vm.assume(stranger != address(vault));
        amount = bound(amount, 0, 5 ether);
        bytes memory data = which % 2 == 0 ? bytes("") : bytes.concat(new bytes(64), _good());
        address[] memory borrowed = new address[](1);
        uint256[] memory amounts = new uint256[](1);
        (borrowed[0], amounts[0]) = (address(weth), amount);
        bool done;
        vm.prank(stranger);
        if (which % 3 == 0) {
            try vault.flashLoan(address(executor), borrowed, amounts, data) {
                done = true;
            } catch {}
        } else if (which % 3 == 1) {
            try aave.flashLoanSimple(address(executor), address(weth), amount, data, 0) {
                done = true;
            } catch {}
        } else {
            try erc3156.flashLoan(address(executor), address(weth), amount, data) {
                done = true;
            } catch {}
        }
        if (done) ++strangersWhoGotIn;
    }
}

contract InvariantTest {
    Life private _life;
    IArbExecutor private _executor;

    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    function setUp() public {
        _life = new Life();
        vm.deal(address(_life), 10_000_000 ether);
        _life.setUp();
        _executor = _life.executorAddress();
    }

    function targetContracts() public view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_life);
    }

    function targetSelectors() public view returns (FuzzSelector[] memory targets) {
        bytes4[] memory selectors = new bytes4[](6);
        selectors[0] = Life.trade.selector;
        selectors[1] = Life.movePrices.selector;
        selectors[2] = Life.donate.selector;
        selectors[3] = Life.strangerCalls.selector;
        selectors[4] = Life.strangerBorrowsInOurName.selector;
        selectors[5] = Life.trade.selector;
        targets = new FuzzSelector[](1);
        targets[0] = FuzzSelector(address(_life), selectors);
    }

    /// @dev No call by anyone but an operator moves value, and an operator's moves it one way.
    function invariant_executor_holds_what_was_donated_and_one_unit() public view {
        address[2] memory tokens = _life.tokens();
        for (uint256 i = 0; i < tokens.length; ++i) {
            uint256 held = IBoundToken(tokens[i]).balanceOf(address(_executor));
            vm.assertEq(held, _life.donated(tokens[i]) + _life.kept(tokens[i]), "executor");
            vm.assertLe(_life.kept(tokens[i]), 1, "one unit");
        }
        vm.assertEq(address(_executor).balance, 0, "ether");
    }

    function invariant_recipient_holds_every_profit() public view {
        (,, address recipient) = _life.people();
        address[2] memory tokens = _life.tokens();
        for (uint256 i = 0; i < tokens.length; ++i) {
            uint256 held = IBoundToken(tokens[i]).balanceOf(recipient);
            vm.assertEq(held, _life.earned(tokens[i]), "recipient");
        }
    }

    function invariant_approvals_are_zero_after_every_call() public view {
        address[2] memory tokens = _life.tokens();
        address[8] memory spenders = _life.spenders();
        for (uint256 i = 0; i < tokens.length; ++i) {
            for (uint256 j = 0; j < spenders.length; ++j) {
                uint256 left = IBoundToken(tokens[i]).allowance(address(_executor), spenders[j]);
                vm.assertEq(left, 0, "approval");
            }
        }
    }

    function invariant_no_stranger_gets_in_and_no_role_changes() public view {
        (address owner, address operator,) = _life.people();
        vm.assertEq(_life.strangersWhoGotIn(), 0, "a stranger's call succeeded");
        vm.assertEq(_executor.owner(), owner, "owner");
        vm.assertEq(_executor.pendingOwner(), address(0), "pending owner");
        vm.assertTrue(_executor.isOperator(operator), "operator");
        vm.assertEq(_executor.operators().length, 1, "operators");
        vm.assertFalse(_executor.paused(), "paused");
    }

    /// @dev A run in which nothing was traded would prove nothing.
    function test_life_trades_and_refuses() public {
        _life.trade(0, 0, true, 1 ether, 5_000, 0);
        _life.trade(3, 3, true, 1 ether, 0, 0);
        vm.assertEq(_life.trades(), 2, "good programs trade");
        vm.assertGt(_life.paidToCoinbase(), 0, "and bid");
        _life.trade(0, 5, true, 1 ether, 0, 0);
        vm.assertEq(_life.refusals(), 1, "a locked lender is refused");
    }
}
