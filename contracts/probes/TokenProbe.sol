// SPDX-License-Identifier: MIT
pragma solidity 0.8.26;

/// @notice How far a round trip came, and the raw units that were promised and that arrived.
struct RoundTrip {
    uint256 stepsDone; // 0 to 4: bought, lent, returned, sold
    uint256 buyPromised; // by the pool, of the token under test
    uint256 bought; // what the trader really has more
    uint256 lent; // sent to another account
    uint256 lentArrived; // what that account really has more
    uint256 lentTaken; // what the trader really has less
    uint256 returned; // what the trader really has more when it all came back
    uint256 sold; // sent to the pool
    uint256 soldArrived; // what the pool really has more
    uint256 sellPromised; // by the pool, of the payment token, for what arrived
    uint256 proceeds; // what the trader really has more
    bytes reason; // revert data of the step that failed
}

interface IProbedToken {
    function balanceOf(address account) external view returns (uint256);
}

interface IProbedV2Pool {
    function getReserves() external view returns (uint112 reserve0, uint112 reserve1, uint32 time);
    function swap(uint256 amount0Out, uint256 amount1Out, address to, bytes calldata data) external;
}

interface IProbedV3Pool {
    function swap(
        address recipient,
        bool zeroForOne,
        int256 amountSpecified,
        uint160 sqrtPriceLimitX96,
        bytes calldata data
    ) external returns (int256 amount0, int256 amount1);
}

/// @title Buys a token, lends it to a stranger and sells it again, inside an `eth_call` only.
/// @notice Never deployed: nodes run this code at the executor's address by a state override, so
/// that a token which refuses the executor is found too. A second copy, at an address of nobody,
/// is the stranger. Steps are calls to itself: one that reverts ends the trip with its reason.
contract TokenProbe {
    uint160 private constant SQRT_PRICE_MIN_PLUS_1 = 4295128740;
    uint160 private constant SQRT_PRICE_MAX_MINUS_1 =
        1461446703485210103287273052203988822378723970341;

    /// @param pool a Uniswap V2 pair (`feePips` > 0 then prices it) or a Uniswap V3 pool (`isV3`)
    /// @param pay the token it is bought with; the caller overrides this account's balance of it
    /// @param payIsToken0 which side of the pool the payment token is on
    function roundTrip(
        address pool,
        bool isV3,
        uint24 feePips,
        address pay,
        bool payIsToken0,
        address token,
        uint256 payAmount,
        address stranger
    ) external returns (RoundTrip memory trip) {
        TokenProbe self = TokenProbe(address(this));
        try self.trade(pool, isV3, feePips, pay, payIsToken0, token, payAmount) returns (
            uint256, uint256 promised, uint256 received
        ) {
            (trip.buyPromised, trip.bought) = (promised, received);
            trip.stepsDone = 1;
        } catch (bytes memory reason) {
            trip.reason = reason;
            return trip;
        }

        trip.lent = trip.bought / 2;
        try self.lend(token, stranger, trip.lent) returns (uint256 arrived, uint256 taken) {
            (trip.lentArrived, trip.lentTaken) = (arrived, taken);
            trip.stepsDone = 2;
        } catch (bytes memory reason) {
            trip.reason = reason;
            return trip;
        }

        uint256 before = IProbedToken(token).balanceOf(address(this));
        try TokenProbe(stranger).lend(token, address(this), trip.lentArrived) {
            trip.returned = IProbedToken(token).balanceOf(address(this)) - before;
            trip.stepsDone = 3;
        } catch (bytes memory reason) {
            trip.reason = reason;
            return trip;
        }

        trip.sold = IProbedToken(token).balanceOf(address(this));
        try self.trade(pool, isV3, feePips, token, !payIsToken0, pay, trip.sold) returns (
            uint256 arrived, uint256 promised, uint256 received
        ) {
            (trip.soldArrived, trip.sellPromised, trip.proceeds) = (arrived, promised, received);
            trip.stepsDone = 4;
        } catch (bytes memory reason) {
            trip.reason = reason;
        }
    }

    /// @notice Balances as the block that runs this has them.
    /// @return balances raw units; 2^256-1 where `balanceOf` does not answer
    /// @return time that block's timestamp, which proves that the node took the one it was asked for
    function holdings(address[] calldata holders, address[] calldata tokens)
        external
        view
        returns (uint256[] memory balances, uint256 time)
    {
        balances = new uint256[](holders.length);
        for (uint256 i = 0; i < holders.length; ++i) {
            (bool called, bytes memory answer) =
                tokens[i].staticcall(abi.encodeCall(IProbedToken.balanceOf, (holders[i])));
            balances[i] =
                called && answer.length == 32 ? abi.decode(answer, (uint256)) : type(uint256).max;
        }
        time = block.timestamp;
    }

    /// @return arrived what the pool has more of the token paid
    /// @return promised what the pool says it pays for that
    /// @return received what this account really has more
    function trade(
        address pool,
        bool isV3,
        uint24 feePips,
        address tokenIn,
        bool zeroForOne,
        address tokenOut,
        uint256 amountIn
    ) external returns (uint256 arrived, uint256 promised, uint256 received) {
        uint256 poolBefore = IProbedToken(tokenIn).balanceOf(pool);
        uint256 ownBefore = IProbedToken(tokenOut).balanceOf(address(this));
        promised = isV3
            ? _swapV3(pool, tokenIn, zeroForOne, amountIn)
            : _swapV2(pool, feePips, tokenIn, zeroForOne, amountIn);
        arrived = IProbedToken(tokenIn).balanceOf(pool) - poolBefore;
        received = IProbedToken(tokenOut).balanceOf(address(this)) - ownBefore;
    }

    /// @return arrived what `to` has more
    /// @return taken what this account has less
    function lend(address token, address to, uint256 amount)
        external
        returns (uint256 arrived, uint256 taken)
    {
        uint256 theirs = IProbedToken(token).balanceOf(to);
        uint256 ours = IProbedToken(token).balanceOf(address(this));
        _transfer(token, to, amount);
        arrived = IProbedToken(token).balanceOf(to) - theirs;
        taken = ours - IProbedToken(token).balanceOf(address(this));
    }

    function uniswapV3SwapCallback(int256 amount0, int256 amount1, bytes calldata data) external {
        _pay(amount0, amount1, data);
    }

    function pancakeV3SwapCallback(int256 amount0, int256 amount1, bytes calldata data) external {
        _pay(amount0, amount1, data);
    }

    function _pay(int256 amount0, int256 amount1, bytes calldata data) private {
        uint256 owed = uint256(amount0 > 0 ? amount0 : amount1);
        _transfer(abi.decode(data, (address)), msg.sender, owed);
    }

    function _swapV3(address pool, address tokenIn, bool zeroForOne, uint256 amountIn)
        private
        returns (uint256)
    {
        (int256 amount0, int256 amount1) = IProbedV3Pool(pool).swap(
            address(this),
            zeroForOne,
            int256(amountIn),
            zeroForOne ? SQRT_PRICE_MIN_PLUS_1 : SQRT_PRICE_MAX_MINUS_1,
            abi.encode(tokenIn)
        );
        return uint256(-(zeroForOne ? amount1 : amount0));
    }

    function _swapV2(
        address pool,
        uint24 feePips,
        address tokenIn,
        bool zeroForOne,
        uint256 amountIn
    ) private returns (uint256 amountOut) {
        (uint112 reserve0, uint112 reserve1,) = IProbedV2Pool(pool).getReserves();
        (uint256 reserveIn, uint256 reserveOut) =
            zeroForOne ? (reserve0, reserve1) : (reserve1, reserve0);
        uint256 poolBefore = IProbedToken(tokenIn).balanceOf(pool);
        _transfer(tokenIn, pool, amountIn);
        // What really arrived: a taxed sale must still show what the pool pays for the rest.
        uint256 arrived = IProbedToken(tokenIn).balanceOf(pool) - poolBefore;
        uint256 afterFee = arrived * (1_000_000 - feePips);
        amountOut = afterFee * reserveOut / (reserveIn * 1_000_000 + afterFee);
        (uint256 out0, uint256 out1) = zeroForOne ? (uint256(0), amountOut) : (amountOut, uint256(0));
        IProbedV2Pool(pool).swap(out0, out1, address(this), "");
    }

    /// @dev As pools do it: no answer or true.
    function _transfer(address token, address to, uint256 amount) private {
        (bool called, bytes memory answer) =
            token.call(abi.encodeWithSignature("transfer(address,uint256)", to, amount));
        if (!called) {
            assembly ("memory-safe") {
                revert(add(answer, 0x20), mload(answer))
            }
        }
        require(answer.length == 0 || abi.decode(answer, (bool)), "transfer returned false");
    }
}
