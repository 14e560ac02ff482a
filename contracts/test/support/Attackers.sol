// SPDX-License-Identifier: MIT
pragma solidity 0.8.26;

import {ArbExecutor, Plan} from "../../src/ArbExecutor.sol";
import {IBalancerV2Vault, IERC20} from "../../src/Interfaces.sol";
import {Permissions} from "../../src/Permissions.sol";

/// @dev Tries every door of an executor at the moment it gets control, and remembers what opened.
/// Tests give it a role, so that only the lock stands between it and the effect.
abstract contract Intruder {
    ArbExecutor internal target;
    Plan internal stolenPlan;
    uint256 public attempts;
    uint256 public successes;
    bytes4[] public reasons;

    function arm(ArbExecutor target_, Plan calldata plan) external {
        target = target_;
        stolenPlan = plan;
    }

    function accept() external {
        target.acceptOwnership();
    }

    function _tryEveryDoor() internal {
        if (address(target) == address(0) || attempts > 0) return;
        bytes memory planData = abi.encode(stolenPlan);
        address[] memory tokens = new address[](1);
        uint256[] memory amounts = new uint256[](1);
        tokens[0] = stolenPlan.startToken;
        amounts[0] = stolenPlan.notional;
        _try(abi.encodeCall(ArbExecutor.execute, (stolenPlan)));
        _try(abi.encodeCall(ArbExecutor.sweep, (stolenPlan.startToken)));
        _try(abi.encodeCall(ArbExecutor.sweep, (address(0))));
        _try(abi.encodeCall(Permissions.addOperator, (address(0xdead))));
        _try(abi.encodeCall(Permissions.removeOperator, (address(this))));
        _try(abi.encodeCall(Permissions.transferOwnership, (address(this))));
        _try(abi.encodeCall(Permissions.acceptOwnership, ()));
        _try(abi.encodeCall(Permissions.pause, ()));
        _try(abi.encodeCall(Permissions.unpause, ()));
        _try(
            abi.encodeCall(
                ArbExecutor.receiveFlashLoan, (tokens, amounts, new uint256[](1), planData)
            )
        );
        _note(
            target.vault(),
            abi.encodeCall(IBalancerV2Vault.flashLoan, (address(target), tokens, amounts, planData))
        );
    }

    function _try(bytes memory call) private {
        _note(address(target), call);
    }

    function _note(address to, bytes memory call) private {
        ++attempts;
        (bool done, bytes memory reason) = to.call(call);
        if (done) ++successes;
        reasons.push(bytes4(reason));
    }
}

/// @dev A block's fee recipient that is a contract.
contract HostileFeeRecipient is Intruder {
    enum Mood {
        Greedy,
        Refusing,
        Burning
    }

    Mood public mood;

    function setMood(Mood mood_) external {
        mood = mood_;
    }

    receive() external payable {
        if (mood == Mood.Refusing) revert("no");
        if (mood == Mood.Burning) {
            uint256 end = gasleft() - 2_000_000;
            while (gasleft() > end) {}
        }
        if (mood == Mood.Greedy) _tryEveryDoor();
    }
}

/// @dev Looks like a pair and does as its maker likes.
contract FakePair is Intruder {
    address public token0;
    address public token1;
    uint112 private _reserve0;
    uint112 private _reserve1;
    bool private immutable _pays;

    constructor(address token0_, address token1_, uint112 reserve0, uint112 reserve1, bool pays) {
        (token0, token1, _reserve0, _reserve1) = (token0_, token1_, reserve0, reserve1);
        _pays = pays;
    }

    function getReserves() external view returns (uint112, uint112, uint32) {
        return (_reserve0, _reserve1, 0);
    }

    function swap(uint256 amount0Out, uint256 amount1Out, address to, bytes calldata) external {
        _tryEveryDoor();
        if (!_pays) return;
        if (amount0Out > 0) IERC20(token0).transfer(to, amount0Out);
        if (amount1Out > 0) IERC20(token1).transfer(to, amount1Out);
    }
}

/// @dev An ERC-20 that can answer false, answer nothing, tax transfers, or call back.
contract OddToken is Intruder {
    enum Kind {
        AnswersFalse,
        AnswersNothing,
        AnswersGarbage,
        Taxed,
        CallsBack
    }

    Kind private immutable _kind;
    mapping(address account => uint256) public balanceOf;

    constructor(Kind kind) {
        _kind = kind;
        balanceOf[msg.sender] = 10 ** 30;
    }

    /// @dev Pools want to be founded by an honest token: oddness starts when it is switched on.
    bool public odd;

    function turnOdd() external {
        odd = true;
    }

    function transfer(address to, uint256 amount) external {
        if (odd && _kind == Kind.AnswersFalse && msg.sender == address(target)) _answer(0);
        balanceOf[msg.sender] -= amount;
        balanceOf[to] += odd && _kind == Kind.Taxed ? amount - amount / 100 : amount;
        if (odd && _kind == Kind.CallsBack) _tryEveryDoor();
        if (odd && _kind == Kind.AnswersNothing) _answerNothing();
        if (odd && _kind == Kind.AnswersGarbage && msg.sender == address(target)) _answer(2);
        _answer(1);
    }

    function _answer(uint256 value) private pure {
        assembly {
            mstore(0, value)
            return(0, 32)
        }
    }

    function _answerNothing() private pure {
        assembly {
            return(0, 0)
        }
    }
}
