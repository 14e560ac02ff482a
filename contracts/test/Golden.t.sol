// SPDX-License-Identifier: MIT
pragma solidity 0.8.26;

import {Program} from "../src/Program.sol";
import {Steps} from "./support/Steps.sol";
import {vm} from "./support/Vm.sol";

/// @dev The calldata that src/Arb.Evm encodes, built once more by hand. Pools, tokens and lenders
/// have the addresses that tests/Arb.Tests/Evm/ExecutorPlans.cs gives them.
contract GoldenTest {
    uint256 private constant N = 123_456_789;
    uint256 private constant Y = 400_000;
    uint8 private constant FORWARD = uint8(Program.ZERO_FOR_ONE);
    address private constant A0 = address(0xa0);
    address private constant C0 = address(0xc0);
    address private constant C1 = address(0xc1);
    address private constant B1 = address(0xb1);
    address private constant B2 = address(0xb2);
    address private constant B3 = address(0xb3);
    address private constant B4 = address(0xb4);
    address private constant LENDER = address(0x1f);

    function _check(string memory name, bytes memory head, bytes memory steps) private view {
        string memory json = vm.readFile("test/golden/programs.json");
        bytes memory expected = vm.parseJsonBytes(json, string.concat(".", name));
        bytes memory made = bytes.concat(bytes4(keccak256("execute()")), head, steps);
        vm.assertEq(
            keccak256(made), keccak256(expected), string.concat(name, " ", vm.toString(made))
        );
    }

    function _head(address[] memory tokens, uint256 held) private pure returns (bytes memory) {
        return Steps.header(Steps.Header(1_234, 0, 0, tokens, held, 7, 0, 0));
    }

    function _one() private pure returns (bytes memory) {
        return _head(_list(A0), 1);
    }

    function _two(address second, uint256 held) private pure returns (bytes memory) {
        return _head(_list(A0, second), held);
    }

    function _list(address a) private pure returns (address[] memory list) {
        list = new address[](1);
        list[0] = a;
    }

    function _list(address a, address b) private pure returns (address[] memory list) {
        list = new address[](2);
        (list[0], list[1]) = (a, b);
    }

    function _list(address a, address b, address c) private pure returns (address[] memory list) {
        list = new address[](3);
        (list[0], list[1], list[2]) = (a, b, c);
    }

    function _list(address a, address b, address c, address d)
        private
        pure
        returns (address[] memory list)
    {
        list = new address[](4);
        (list[0], list[1], list[2], list[3]) = (a, b, c, d);
    }

    function _id(address pool) private pure returns (bytes32) {
        return bytes32(abi.encodePacked(pool, uint16(2), uint80(1)));
    }

    function _lastPair() private pure returns (bytes memory) {
        return Steps.swapV2(0, B2, 3_000, 0, 0);
    }

    function test_pairs() public view {
        bytes memory inner = bytes.concat(
            Steps.swapV2(Program.PAY | FORWARD | Program.TO_NEXT, B1, 3_000, 0, 0), _lastPair()
        );
        bytes memory head =
            Steps.header(Steps.Header(1_234, 9_000, 2_500, _list(A0), 1, 7, 1 ether, 0));
        _check("balancer_loan_v2_v2", head, Steps.loanBalancerV2(0, N, inner));
        bytes memory first = Steps.swapV2(FORWARD, B1, 3_000, 0, N);
        bytes memory paid = Steps.swapV2(Program.PAY, B2, 3_000, 1, 0);
        _check("nested_v2_v2", _two(C0, 2), Steps.nest(first, paid));
        bytes memory v3 = Steps.swapV3(FORWARD | Program.TO_NEXT, B1, 0, N);
        _check("nested_v3_v2", _one(), Steps.nest(v3, _lastPair()));
    }

    function test_last_pool_pays_first() public view {
        bytes memory last = Steps.swapV3(Program.PREPAID, B2, 0, Y);
        uint256 exact = FORWARD | Program.EXACT_OUT | Program.TO_CALLER;
        bytes memory pair = Steps.swapV2(exact | Program.PAY, B1, 3_000, 0, Y);
        _check("nested_v2_v3", _one(), Steps.nest(last, pair));
        _check("nested_v3_v3", _one(), Steps.nest(last, Steps.swapV3(exact, B1, 0, Y)));
        bytes memory curve = Steps.swapCurve(0, B1, 0, 1, 2, 1, N);
        _check("nested_curve_v2", _two(C0, 2), Steps.nest(Steps.swapV2(0, B2, 3_000, 1, Y), curve));
    }

    function test_first_pool_pays_first() public view {
        bytes memory curve = Steps.swapCurve(0, B2, 1, 0, 1, 2, 0);
        _check("nested_v3_curve", _two(C0, 2), Steps.nest(Steps.swapV3(FORWARD, B1, 0, N), curve));
        uint8[] memory out = new uint8[](2);
        bytes32[] memory ids = new bytes32[](2);
        (out[0], out[1], ids[0], ids[1]) = (1, 0, _id(B1), _id(B2));
        _check("balancer_cycle", _two(C0, 1), Steps.batchBalancer(0, 0, out, ids, N));
    }

    function test_manager() public view {
        bytes memory steps = Steps.unlock(
            bytes.concat(
                Steps.swapV4(FORWARD, 0, 1, 3_000, 60, N),
                Steps.take(Program.TO_NEXT, 1, 0),
                _lastPair(),
                Steps.settle(0, 0, N)
            )
        );
        _check("nested_v4_v2", _two(C0, 1), steps);

        steps = Steps.unlock(
            bytes.concat(
                Steps.swapV4(FORWARD, 2, 3, 3_000, 60, N),
                Steps.swapV4(FORWARD, 3, 1, 3_000, 60, 0),
                Steps.take(0, 1, 0),
                Steps.swapV3(0, B3, 1, 0),
                Steps.unwrap(0, N),
                Steps.settle(0, 2, N)
            )
        );
        _check("nested_v4_ether_v4_v3", _head(_list(A0, C1, address(0), C0), 2), steps);

        steps = Steps.unlock(
            bytes.concat(
                Steps.take(Program.TO_NEXT, 0, N),
                Steps.swapV2(FORWARD, B1, 3_000, 0, 0),
                Steps.settle(0, 1, 0),
                Steps.swapV4(0, 0, 1, 3_000, 60, 0),
                Steps.take(0, 0, 0),
                Steps.settle(0, 0, N)
            )
        );
        _check("v4_loan_v2_v4", _two(C0, 2), steps);
    }

    function test_morpho() public view {
        bytes memory inner = bytes.concat(
            Steps.swapBalancer(0, 0, 1, _id(B1), 0), Steps.swapCurve(0, B2, 1, 0, 1, 2, 0)
        );
        _check(
            "morpho_balancer_curve",
            _two(C0, 2),
            Steps.loan(Program.LOAN_MORPHO, 0, address(0x1e), 0, N, inner)
        );
        inner = bytes.concat(
            Steps.swapV3(FORWARD, B1, 0, 0),
            Steps.unlock(
                bytes.concat(
                    Steps.settle(0, 1, 0),
                    Steps.swapV4(0, 2, 1, 3_000, 60, 0),
                    Steps.take(0, 2, 0),
                    Steps.wrap(0)
                )
            )
        );
        _check(
            "morpho_v3_v4_ether",
            _head(_list(A0, C0, address(0)), 2),
            Steps.loan(Program.LOAN_MORPHO, 0, address(0x1e), 0, N, inner)
        );
    }

    function test_other_lenders() public view {
        uint8[] memory out = new uint8[](2);
        bytes32[] memory ids = new bytes32[](2);
        (out[0], out[1], ids[0], ids[1]) = (1, 2, _id(B1), _id(B2));
        bytes memory inner = bytes.concat(
            Steps.batchBalancer(Program.TO_NEXT, 0, out, ids, 0), Steps.swapV2(0, B3, 3_000, 0, 0)
        );
        _check(
            "aave_batch_v2",
            _head(_list(A0, C0, C1), 1),
            Steps.loan(Program.LOAN_AAVE_V3, 0, LENDER, 0, N, inner)
        );
        inner = bytes.concat(
            Steps.swapSolidly(Program.PAY | FORWARD | Program.TO_NEXT, B1, 0, 0), _lastPair()
        );
        _check(
            "balancer_v3_loan_solidly_v2",
            _one(),
            Steps.loan(Program.LOAN_BALANCER_V3, 0, LENDER, 0, N, inner)
        );
        inner = bytes.concat(
            Steps.swapV2(Program.PAY | FORWARD | Program.TO_NEXT, B1, 3_000, 0, 0),
            Steps.swapSolidly(0, B2, 1, 0)
        );
        _check(
            "v3_flash_v2_solidly",
            _two(C0, 1),
            Steps.loan(Program.LOAN_V3, FORWARD, LENDER, 0, N, inner)
        );
        inner = bytes.concat(Steps.swapV3(FORWARD | Program.TO_NEXT, B1, 0, 0), _lastPair());
        _check("v2_flash_v3_v2", _one(), Steps.loanV2(0, LENDER, 0, 2_500, N, inner));
        _check("erc3156_v3_v2", _one(), Steps.loan(Program.LOAN_ERC3156, 0, LENDER, 0, N, inner));
    }

    function test_start_from_another_token() public view {
        bytes memory head =
            Steps.header(Steps.Header(1_234, 0, 0, _list(C0), 1, 7, 0, uint256(0xabcdef) << 96));
        // WETH is token0 and comes out of the first pool.
        bytes memory first = Steps.swapV3(Program.TO_NEXT, B1, 0, N);
        _check("token_start_v3_v2", head, Steps.nest(first, Steps.swapV2(FORWARD, B2, 3_000, 0, 0)));
    }

    function test_two_cycles() public view {
        bytes memory v3 = Steps.swapV3(FORWARD | Program.TO_NEXT, B1, 0, N);
        bytes memory v2 = Steps.swapV2(FORWARD, B3, 3_000, 0, N);
        bytes memory steps = bytes.concat(
            Steps.nest(v3, _lastPair()), Steps.nest(v2, Steps.swapV2(Program.PAY, B4, 3_000, 1, 0))
        );
        _check("two_cycles", _two(C1, 2), steps);
    }
}
