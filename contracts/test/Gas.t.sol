// SPDX-License-Identifier: MIT
pragma solidity 0.8.26;

import {PlainExecutor} from "../harness/PlainExecutor.sol";
import {ArbExecutor} from "../src/ArbExecutor.sol";
import {Program} from "../src/Program.sol";
import {Routes} from "./support/Routes.sol";
import {Steps} from "./support/Steps.sol";
import {Vm, vm} from "./support/Vm.sol";

/// @dev Gas of whole transactions: isolation runs each call as one, with cold slots, the intrinsic
/// gas and the price of its calldata. README.md repeats these figures. Third run, fee recipient and
/// recipient known, one raw unit of each token left here: what a day looks like.
/// forge-config: default.isolate = true
contract GasTest is Routes {
    uint256 private constant NOTIONAL = 0.5 ether;
    PlainExecutor private _plain;

    function setUp() public override {
        super.setUp();
        bytes memory arguments = abi.encode(OPERATOR, RECIPIENT, address(weth));
        _plain = PlainExecutor(
            payable(_create("out/harness.json", ".contracts.PlainExecutor.bytecode", arguments))
        );
        address[2] memory both = [address(executor), address(_plain)];
        for (uint256 i = 0; i < 2; ++i) {
            weth.transfer(both[i], 1);
            usdc.transfer(both[i], 1);
        }
        weth.transfer(RECIPIENT, 1);
        usdc.transfer(RECIPIENT, 1);
        vm.deal(FEE_RECIPIENT, 1);
        // A pair's first swap in a new second writes its price sums for the first time.
        bytes memory warm = _borrow(Lender.Morpho, NOTIONAL, _plainLegs(true));
        for (uint256 i = 0; i < 2; ++i) {
            _execute(_program(warm));
        }
    }

    // --- the same plan, lender by lender ---

    function test_gas_v3_v2_balancer_v2() public {
        _compare("v3-v2, Balancer V2 loan", Lender.BalancerV2, 0, address(vault));
    }

    function test_gas_v3_v2_morpho() public {
        _compare("v3-v2, Morpho loan", Lender.Morpho, 1, address(morpho));
    }

    function test_gas_v3_v2_aave() public {
        _compare("v3-v2, Aave V3 loan", Lender.Aave, 2, address(aave));
    }

    function test_gas_v3_v2_v3_flash() public {
        _compare("v3-v2, V3 flash", Lender.V3, 3, address(v3Lender));
    }

    function test_gas_v3_v2_other_lenders() public {
        _ours("v3-v2, V4 loan", _borrow(Lender.V4, NOTIONAL, _short()));
        _ours("v3-v2, Balancer V3 loan", _borrow(Lender.BalancerV3, NOTIONAL, _short()));
        _ours("v3-v2, ERC-3156 loan", _borrow(Lender.Erc3156, NOTIONAL, _short()));
        _ours("v3-v2, V2 flash swap", _borrow(Lender.V2, NOTIONAL, _short()));
    }

    // --- no loan ---

    function test_gas_v3_v2_nested() public {
        _ours("v3-v2, no loan", _nestedV3V2());
    }

    function test_gas_v2_v3_nested() public {
        uint256 usdcOut = _dearOut(NOTIONAL);
        address pool = address(v3Pool);
        bytes memory last =
            Steps.swapV3(_forward(pool, address(usdc)) | Program.PREPAID, pool, 0, usdcOut);
        bytes memory first = Steps.swapV2(
            _forward(address(dearPair), address(weth)) | Program.PAY | Program.EXACT_OUT
                | Program.TO_CALLER,
            address(dearPair),
            FEE,
            WETH,
            usdcOut
        );
        _ours("v2-v3, no loan", Steps.nest(last, first));
    }

    function test_gas_v2_v2_nested() public {
        address pair = address(dearPair);
        bytes memory first = Steps.swapV2(_forward(pair, address(weth)), pair, FEE, WETH, NOTIONAL);
        Steps.Header memory h = _header();
        bytes memory steps = Steps.nest(first, _swapHeld(Family.V2, false, false));
        _three(bytes.concat(Steps.header(h), steps));
        vm.snapshotGasLastCall("execute", "v2-v2, no loan");
    }

    function test_gas_v4_v2_nested() public {
        bool usdcIs0 = address(usdc) < address(weth);
        bytes memory inner = bytes.concat(
            Steps.swapV4(
                usdcIs0 ? 0 : Program.ZERO_FOR_ONE,
                usdcIs0 ? USDC : WETH,
                usdcIs0 ? WETH : USDC,
                FEE,
                60,
                NOTIONAL
            ),
            Steps.take(Program.TO_NEXT, USDC, 0),
            _cheap(),
            Steps.settle(0, WETH, NOTIONAL)
        );
        _ours("v4-v2, no loan", Steps.unlock(inner));
    }

    function test_gas_v3_v2_nested_with_bid() public {
        Steps.Header memory h = _small();
        (h.bidBasisPoints, h.bidCapWei) = (5_000, 1 ether);
        _three(bytes.concat(Steps.header(h), _nestedV3V2()));
        vm.snapshotGasLastCall("execute", "v3-v2, no loan, bid");
    }

    // --- access lists ---

    /// @dev Every account and slot that the route surely touches, and no other: an entry costs
    /// 2,400 or 1,900, and saves 2,500 or 2,000 where it is used (EIP-2929, EIP-2930).
    function test_gas_with_access_lists() public {
        _withList("v3-v2, no loan", _nestedV3V2(), address(0));
        _withList(
            "v3-v2, Balancer V2 loan",
            _borrow(Lender.BalancerV2, NOTIONAL, _short()),
            address(vault)
        );
        _withList("v3-v2, Aave V3 loan", _borrow(Lender.Aave, NOTIONAL, _short()), address(aave));
    }

    function _withList(string memory name, bytes memory steps, address lender) private {
        uint256 before = vm.snapshotState();
        bytes memory program = bytes.concat(Steps.header(_small()), steps);
        vm.record();
        _three(program);
        address[4] memory touched =
            [address(weth), address(v3Pool), address(cheapPair), address(usdc)];
        Vm.AccessListItem[] memory list = new Vm.AccessListItem[](lender == address(0) ? 4 : 5);
        for (uint256 i = 0; i < list.length; ++i) {
            list[i].target = i < 4 ? touched[i] : lender;
            (bytes32[] memory reads,) = vm.accesses(list[i].target);
            list[i].storageKeys = _distinct(reads);
        }
        vm.accessList(list);
        _execute(program);
        vm.snapshotGasLastCall("access-lists", name);
        vm.noAccessList();
        vm.revertToState(before);
    }

    function _distinct(bytes32[] memory all) private pure returns (bytes32[] memory some) {
        some = new bytes32[](all.length);
        uint256 count;
        for (uint256 i = 0; i < all.length; ++i) {
            uint256 j = 0;
            while (j < count && some[j] != all[i]) ++j;
            if (j == count) some[count++] = all[i];
        }
        assembly ("memory-safe") {
            mstore(some, count)
        }
    }

    // --- other families, Morpho ---

    function test_gas_of_families() public {
        string[11] memory names = [
            "v2",
            "v3",
            "pancake v3",
            "v4",
            "v4 ether",
            "balancer",
            "balancer batch",
            "curve",
            "curve quiet",
            "curve uint256",
            "solidly"
        ];
        for (uint8 f = 0; f < FAMILIES; ++f) {
            uint256 before = vm.snapshotState();
            bytes memory legs =
                bytes.concat(_swapHeld(Family(f), true, false), _swapHeld(Family.V2, false, false));
            _three(_program(_borrow(Lender.Morpho, NOTIONAL, legs)));
            vm.snapshotGasLastCall("families", string.concat(names[f], "-v2, Morpho loan"));
            vm.revertToState(before);
        }
    }

    function _nestedV3V2() private view returns (bytes memory) {
        address pool = address(v3Pool);
        bytes memory first =
            Steps.swapV3(_forward(pool, address(weth)) | Program.TO_NEXT, pool, WETH, NOTIONAL);
        return Steps.nest(first, _cheap());
    }

    function _cheap() private view returns (bytes memory) {
        return
            Steps.swapV2(_forward(address(cheapPair), address(usdc)), address(cheapPair), FEE, 0, 0);
    }

    /// @dev V3 sends to the pair itself.
    function _short() private view returns (bytes memory) {
        address pool = address(v3Pool);
        return bytes.concat(
            Steps.swapV3(_forward(pool, address(weth)) | Program.TO_NEXT, pool, WETH, 0), _cheap()
        );
    }

    /// @dev As the plain executor does it: every token through its own balance.
    function _plainLegs(bool) private view returns (bytes memory) {
        return bytes.concat(_swapHeld(Family.V3, true, false), _swapHeld(Family.V2, false, false));
    }

    function _dearOut(uint256 amountIn) private view returns (uint256) {
        (uint256 r0, uint256 r1,) = dearPair.getReserves();
        bool wethIs0 = dearPair.token0() == address(weth);
        // A hair less than it would give now, so that the third run still gets it.
        return router.getAmountOut(amountIn, wethIs0 ? r0 : r1, wethIs0 ? r1 : r0) * 99 / 100;
    }

    /// @dev WETH is the only token held or named.
    function _small() private view returns (Steps.Header memory h) {
        h = _header();
        h.tokens = new address[](1);
        h.tokens[0] = address(weth);
        h.held = 1;
        h.bidCapWei = 0;
        h.minProfit = 0.0001 ether;
    }

    function _three(bytes memory program) private {
        for (uint256 i = 0; i < 3; ++i) {
            _execute(program);
        }
    }

    function _ours(string memory name, bytes memory steps) private {
        uint256 before = vm.snapshotState();
        bool named = false;
        Steps.Header memory h = _small();
        for (uint256 i = 0; i < steps.length; ++i) {
            if (uint8(steps[i]) == Program.TAKE_V4) named = true;
        }
        bytes32 hash = keccak256(bytes(name));
        if (named && hash == keccak256("v4-v2, no loan")) {
            h.tokens = new address[](2);
            (h.tokens[0], h.tokens[1]) = (address(weth), address(usdc));
        }
        _three(bytes.concat(Steps.header(h), steps));
        vm.snapshotGasLastCall("execute", name);
        vm.revertToState(before);
    }

    function _compare(string memory name, Lender lender, uint8 plainLender, address from) private {
        uint256 before = vm.snapshotState();
        Steps.Header memory h = _header();
        h.tokens = new address[](2);
        (h.tokens[0], h.tokens[1]) = (address(weth), address(usdc));
        h.bidCapWei = 0;
        h.minProfit = 0.00001 ether;
        _three(bytes.concat(Steps.header(h), _borrow(lender, NOTIONAL, _plainLegs(true))));
        vm.snapshotGasLastCall("identical", name);
        vm.revertToState(before);

        PlainExecutor.Plan memory plan;
        plan.lender = plainLender;
        plan.lenderAddress = from;
        plan.lenderToken0 = plainLender == 3 && v3Lender.token0() == address(weth);
        (plan.token, plan.amount) = (address(weth), NOTIONAL);
        plan.legs = new PlainExecutor.Leg[](2);
        plan.legs[0] = _leg(1, address(v3Pool), address(weth), address(usdc));
        plan.legs[1] = _leg(0, address(cheapPair), address(usdc), address(weth));
        plan.minProfit = 0.00001 ether;
        plan.deadlineBlock = block.number;
        for (uint256 i = 0; i < 3; ++i) {
            vm.prank(OPERATOR);
            _plain.run(plan);
        }
        vm.snapshotGasLastCall("plain", name);
        vm.revertToState(before);

        _ours(name, _borrow(lender, NOTIONAL, _short()));
    }

    function _leg(uint8 kind, address pool, address tokenIn, address tokenOut)
        private
        view
        returns (PlainExecutor.Leg memory)
    {
        return PlainExecutor.Leg(kind, pool, tokenIn, tokenOut, _forward(pool, tokenIn) != 0, FEE);
    }
}

/// @dev What the guard counts, against what the call really used. Without isolation, because
/// isolated transactions read a gas price of zero.
contract GuardGasTest is Routes {
    uint256 private constant SLACK = 3_500;

    function test_guard_counts_all_gas_of_every_lender() public {
        for (uint8 l = 0; l < LENDERS; ++l) {
            uint256 before = vm.snapshotState();
            _compareGuard(_header(), _route(Lender(l)));
            vm.revertToState(before);
        }
    }

    function test_guard_counts_all_gas_of_the_bid_and_of_an_access_list() public {
        Steps.Header memory h = _header();
        h.bidBasisPoints = 9_999;
        _compareGuard(h, _route(Lender.Morpho));
        h.extraGas = 0;
        vm.txGasPrice(GAS_PRICE);
        _profitAndGasCost(h, _route(Lender.Morpho));
        (, uint256 less) = _profitAndGasCost(h, _route(Lender.Morpho));
        h.extraGas = 123_456;
        (, uint256 more) = _profitAndGasCost(h, _route(Lender.Morpho));
        vm.assertGe(more, less + 123_400 * GAS_PRICE, "extra gas");
    }

    function _route(Lender lender) private view returns (bytes memory) {
        return _borrow(
            lender,
            1 ether,
            bytes.concat(_swapHeld(Family.V2, true, false), _swapHeld(Family.V2, false, false))
        );
    }

    function _compareGuard(Steps.Header memory h, bytes memory steps) private {
        vm.txGasPrice(GAS_PRICE);
        uint256 cold = vm.snapshotState();
        (uint256 profit, uint256 gasCost) = _profitAndGasCost(h, steps);
        vm.revertToState(cold);
        vm.assertGt(profit, 0, "the plan earns something");
        vm.txGasPrice(0);
        bytes memory program = bytes.concat(Steps.header(h), steps);
        _execute(program);
        uint256 used = vm.lastCallGas().gasTotalUsed + 21_000;
        bytes memory data = _call(program);
        for (uint256 i = 0; i < data.length; ++i) {
            used += data[i] == 0 ? 4 : 16;
        }
        vm.assertGe(gasCost / GAS_PRICE, used, "gas the guard did not count");
        vm.assertLe(gasCost / GAS_PRICE, used + SLACK, "gas the guard made up");
    }
}
