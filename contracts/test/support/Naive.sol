// SPDX-License-Identifier: MIT
pragma solidity 0.8.26;

import {IBoundToken, IPair} from "./Outside.sol";

interface IAmount {
    function transferFrom(address from, address to, uint256 amount) external returns (bool);
    function withdraw(uint256 amount) external;
}

/// @dev An executor with every hole that real ones were drained through; each has its number in the
/// attack tests. It holds capital, as those did.
contract NaiveExecutor {
    address public operator;
    address private immutable _weth;
    address private immutable _lender;
    address private immutable _vault;

    constructor(address operator_, address weth, address lender, address vault) {
        (operator, _weth, _lender, _vault) = (operator_, weth, lender, vault);
    }

    receive() external payable {}

    /// @dev 1: the caller is the genuine lender, so what it brings must be ours.
    function executeOperation(
        address asset,
        uint256 amount,
        uint256 premium,
        address,
        bytes calldata data
    ) external returns (bool) {
        require(msg.sender == _lender, "lender");
        (address to, bytes memory call) = abi.decode(data, (address, bytes));
        (bool done,) = to.call(call);
        require(done, "call");
        IBoundToken(asset).approve(msg.sender, amount + premium);
        return true;
    }

    /// @dev 2: whoever calls is taken for a pool.
    function uniswapV3SwapCallback(int256 delta0, int256, bytes calldata data) external {
        IBoundToken(abi.decode(data, (address))).transfer(msg.sender, uint256(delta0));
    }

    /// @dev 3: a loan that anyone may take in our name, traded as the data say.
    function receiveFlashLoan(
        address[] calldata tokens,
        uint256[] calldata amounts,
        uint256[] calldata fees,
        bytes calldata data
    ) external {
        if (data.length == 64) {
            (address to, uint256 amount) = abi.decode(data, (address, uint256));
            IBoundToken(tokens[0]).transfer(to, amount);
        }
        IBoundToken(tokens[0]).transfer(_vault, amounts[0] + fees[0]);
    }

    /// @dev 4: an open role setter.
    function setOperator(address operator_) external {
        operator = operator_;
    }

    function withdraw(address token, address to, uint256 amount) external {
        require(msg.sender == operator, "operator");
        IBoundToken(token).transfer(to, amount);
    }

    /// @dev 5: any call for anyone, while others have given us allowances.
    function exec(address to, bytes calldata call) external {
        (bool done,) = to.call(call);
        require(done, "call");
    }

    /// @dev 6 and 7: sells what lies here at whatever the pool gives; 6: for anyone.
    function swap(address pair, address tokenIn, uint256 amount, address) public {
        bool forward = IPair(pair).token0() == tokenIn;
        (uint256 r0, uint256 r1,) = IPair(pair).getReserves();
        (uint256 rIn, uint256 rOut) = forward ? (r0, r1) : (r1, r0);
        uint256 out = amount * 997 * rOut / (rIn * 1000 + amount * 997);
        IBoundToken(tokenIn).transfer(pair, amount);
        (uint256 out0, uint256 out1) = forward ? (uint256(0), out) : (out, uint256(0));
        IPair(pair).swap(out0, out1, address(this), "");
    }

    /// @dev 9: believes what a pair says, and 10: has no deadline.
    function cycle(address first, address second, address tokenIn, address between, uint256 amount)
        external
    {
        require(msg.sender == operator, "operator");
        swap(first, tokenIn, amount, address(0));
        swap(second, between, IBoundToken(between).balanceOf(address(this)), address(0));
    }

    /// @dev 8: pays a tenth of what is here, and may be called again from there.
    function payCoinbase() external {
        uint256 bid = IBoundToken(_weth).balanceOf(address(this)) / 10;
        if (bid == 0) return;
        IAmount(_weth).withdraw(bid);
        (bool paid,) = block.coinbase.call{value: bid}("");
        require(paid, "bid");
    }
}

/// @dev Tries every door of a target at the moment it gets control, and remembers what opened.
abstract contract Intruder {
    address internal target;
    bytes[] internal doors;
    uint256 public attempts;
    uint256 public successes;

    function arm(address target_, bytes[] calldata doors_) external {
        target = target_;
        for (uint256 i = 0; i < doors_.length; ++i) {
            doors.push(doors_[i]);
        }
    }

    function act(address to, bytes calldata call) external returns (bool done) {
        (done,) = to.call(call);
    }

    function _tryEveryDoor() internal {
        if (attempts > 0) return;
        for (uint256 i = 0; i < doors.length; ++i) {
            ++attempts;
            (bool done,) = target.call(doors[i]);
            if (done) ++successes;
        }
    }
}

/// @dev A block's fee recipient that is a contract.
contract HostileFeeRecipient is Intruder {
    enum Mood {
        Greedy,
        Refusing,
        Burning,
        Returning,
        Draining
    }

    Mood public mood;
    uint256 private _calls;

    function setMood(Mood mood_) external {
        mood = mood_;
    }

    receive() external payable {
        if (mood == Mood.Refusing) revert("no");
        if (mood == Mood.Burning) {
            uint256 end = gasleft() - 2_000_000;
            while (gasleft() > end) {}
        }
        if (mood == Mood.Returning) {
            assembly {
                return(0, 100000)
            }
        }
        if (mood == Mood.Greedy) _tryEveryDoor();
        if (mood == Mood.Draining && ++_calls < 20) {
            NaiveExecutor(payable(msg.sender)).payCoinbase();
        }
    }
}

/// @dev Looks like a pair, a V3 pool and a lender, and does as its maker likes.
contract FakePool is Intruder {
    address public token0;
    address public token1;
    uint256 private _reserve0;
    uint256 private _reserve1;
    bool private immutable _pays;
    int256 public demand;
    bool public silent;

    constructor(address token0_, address token1_, uint256 reserve0, uint256 reserve1, bool pays) {
        (token0, token1, _reserve0, _reserve1, _pays) = (token0_, token1_, reserve0, reserve1, pays);
    }

    function set(int256 demand_, bool silent_) external {
        (demand, silent) = (demand_, silent_);
    }

    function getReserves() external view returns (uint112, uint112, uint32) {
        return (uint112(_reserve0), uint112(_reserve1), 0);
    }

    function swap(uint256 out0, uint256 out1, address to, bytes calldata) external {
        _tryEveryDoor();
        if (!_pays) return;
        if (out0 > 0) IBoundToken(token0).transfer(to, out0);
        if (out1 > 0) IBoundToken(token1).transfer(to, out1);
    }

    /// @dev A V3 pool that claims to have given much and demands what it was told to.
    function swap(address, bool, int256, uint160, bytes calldata data)
        external
        returns (int256, int256)
    {
        _tryEveryDoor();
        if (!silent) {
            (bool done, bytes memory reason) = msg.sender
                .call(
                    abi.encodeWithSignature(
                        "uniswapV3SwapCallback(int256,int256,bytes)", demand, demand, data
                    )
                );
            if (!done) {
                assembly {
                    revert(add(reason, 32), mload(reason))
                }
            }
        }
        return (-1e18, -1e18);
    }

    function exchange(int128, int128, uint256, uint256) external {
        _tryEveryDoor();
    }

    function flashLoan(address, uint256, bytes calldata) external {}
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
    bool public odd;

    constructor(Kind kind) {
        _kind = kind;
        balanceOf[msg.sender] = 10 ** 30;
    }

    /// @dev Pools want to be founded by an honest token: oddness starts when it is switched on.
    function turnOdd() external {
        odd = true;
    }

    function transfer(address to, uint256 amount) external {
        if (odd && _kind == Kind.AnswersFalse && msg.sender == target) _answer(0);
        balanceOf[msg.sender] -= amount;
        balanceOf[to] += odd && _kind == Kind.Taxed ? amount - amount / 100 : amount;
        if (odd && _kind == Kind.CallsBack) _tryEveryDoor();
        if (odd && _kind == Kind.AnswersNothing) {
            assembly {
                return(0, 0)
            }
        }
        if (odd && _kind == Kind.AnswersGarbage && msg.sender == target) _answer(2);
        _answer(1);
    }

    function _answer(uint256 value) private pure {
        assembly {
            mstore(0, value)
            return(0, 32)
        }
    }
}
