// SPDX-License-Identifier: MIT
pragma solidity 0.8.26;

interface IToken {
    function transfer(address to, uint256 amount) external returns (bool);
    function balanceOf(address account) external view returns (uint256);
}

interface IPair {
    function token0() external view returns (address);
    function token1() external view returns (address);
    function getReserves() external view returns (uint112, uint112, uint32);
    function swap(uint256 out0, uint256 out1, address to, bytes calldata data) external;
    function mint(address to) external returns (uint256);
    function burn(address to) external returns (uint256, uint256);
    function skim(address to) external;
    function sync() external;
    function balanceOf(address account) external view returns (uint256);
    function transfer(address to, uint256 amount) external returns (bool);
}

interface IV3Pool {
    function token0() external view returns (address);
    function token1() external view returns (address);
    function swap(address to, bool zeroForOne, int256 amount, uint160 limit, bytes calldata data)
        external
        returns (int256, int256);
    function mint(address owner, int24 lower, int24 upper, uint128 amount, bytes calldata data)
        external
        returns (uint256, uint256);
    function burn(int24 lower, int24 upper, uint128 amount) external returns (uint256, uint256);
    function collect(address to, int24 lower, int24 upper, uint128 max0, uint128 max1)
        external
        returns (uint128, uint128);
    function flash(address to, uint256 amount0, uint256 amount1, bytes calldata data) external;
    function setFeeProtocol(uint8 fee0, uint8 fee1) external;
}

interface IPancakeFactory {
    function setFeeProtocol(address pool, uint32 fee0, uint32 fee1) external;
}

struct V4Key {
    address currency0;
    address currency1;
    uint24 fee;
    int24 tickSpacing;
    address hooks;
}

interface IManager {
    struct SwapParams {
        bool zeroForOne;
        int256 amountSpecified;
        uint160 sqrtPriceLimitX96;
    }

    struct ModifyLiquidityParams {
        int24 tickLower;
        int24 tickUpper;
        int256 liquidityDelta;
        bytes32 salt;
    }

    function unlock(bytes calldata data) external returns (bytes memory);
    function swap(V4Key calldata key, SwapParams calldata params, bytes calldata hookData)
        external
        returns (int256);
    function modifyLiquidity(
        V4Key calldata key,
        ModifyLiquidityParams calldata params,
        bytes calldata hookData
    ) external returns (int256, int256);
    function donate(V4Key calldata key, uint256 amount0, uint256 amount1, bytes calldata hookData)
        external
        returns (int256);
    function setProtocolFee(V4Key calldata key, uint24 fee) external;
    function sync(address currency) external;
    function settle() external payable returns (uint256);
    function take(address currency, address to, uint256 amount) external;
}

/// @title Does anything that can be done to pools, many things in one transaction, on the real contracts.
/// @notice What a pool refuses is counted and passed over: the caller draws its actions at random.
contract PoolDriver {
    struct Action {
        uint8 kind;
        address pool;
        int256 a;
        int256 b;
        uint256 amount;
    }

    uint160 private constant PRICE_MIN = 4_295_128_740;
    uint160 private constant PRICE_MAX = 1461446703485210103287273052203988822378723970341;

    mapping(address pool => V4Key key) public keys;
    IManager public immutable manager;
    address public immutable pancakeFactory;

    constructor(IManager manager_, address pancakeFactory_) {
        manager = manager_;
        pancakeFactory = pancakeFactory_;
    }

    /// @param name an address that stands for the V4 pool in actions
    function setKey(address name, V4Key calldata key) external {
        keys[name] = key;
    }

    function run(Action[] calldata actions) external returns (uint256 refused) {
        for (uint256 i; i < actions.length; i++) {
            try this.step(actions[i]) {} catch { refused++; }
        }
    }

    function step(Action calldata action) external {
        uint8 kind = action.kind;
        if (kind < 10) _pair(kind, IPair(action.pool), action.a, action.amount);
        else if (kind < 20) _v3(kind, IV3Pool(action.pool), action);
        else manager.unlock(abi.encode(action));
    }

    function _pair(uint8 kind, IPair pair, int256 a, uint256 amount) private {
        bool zeroForOne = a > 0;
        address tokenIn = zeroForOne ? pair.token0() : pair.token1();
        if (kind == 0) {
            (uint112 r0, uint112 r1,) = pair.getReserves();
            (uint256 rIn, uint256 rOut) = zeroForOne ? (r0, r1) : (r1, r0);
            IToken(tokenIn).transfer(address(pair), amount);
            // What lies there beyond the reserves is swapped along, as a router for taxed tokens does.
            uint256 paid = (IToken(tokenIn).balanceOf(address(pair)) - rIn) * 997;
            uint256 out = paid * rOut / (rIn * 1000 + paid);
            pair.swap(zeroForOne ? 0 : out, zeroForOne ? out : 0, address(this), "");
        } else if (kind == 1) {
            IToken(tokenIn).transfer(address(pair), amount);
        } else if (kind == 2) {
            pair.skim(address(this));
        } else if (kind == 3) {
            pair.sync();
        } else if (kind == 4) {
            (uint112 r0, uint112 r1,) = pair.getReserves();
            IToken(pair.token0()).transfer(address(pair), amount);
            IToken(pair.token1()).transfer(address(pair), r0 == 0 ? amount : amount * r1 / r0 + 1);
            pair.mint(address(this));
        } else if (kind == 5) {
            pair.transfer(address(pair), pair.balanceOf(address(this)) * (amount % 50) / 100);
            pair.burn(address(this));
        } else {
            pair.swap(zeroForOne ? amount : 0, zeroForOne ? 0 : amount, address(this), "flash");
        }
    }

    function uniswapV2Call(address, uint256 out0, uint256 out1, bytes calldata) external {
        if (out0 > 0) IToken(IPair(msg.sender).token0()).transfer(msg.sender, out0 * 1004 / 1000 + 1);
        if (out1 > 0) IToken(IPair(msg.sender).token1()).transfer(msg.sender, out1 * 1004 / 1000 + 1);
    }

    function _v3(uint8 kind, IV3Pool pool, Action calldata action) private {
        uint128 amount = uint128(action.amount);
        if (kind == 10) {
            pool.swap(
                address(this), action.a > 0, action.b, action.a > 0 ? PRICE_MIN : PRICE_MAX, ""
            );
        } else if (kind == 11) {
            pool.mint(address(this), int24(action.a), int24(action.b), amount, "");
        } else if (kind == 12) {
            pool.burn(int24(action.a), int24(action.b), amount);
        } else if (kind == 13) {
            pool.collect(
                address(this), int24(action.a), int24(action.b), type(uint128).max, type(uint128).max
            );
        } else if (kind == 14) {
            pool.flash(address(this), action.amount, action.amount / 3, abi.encode(action.amount));
        } else if (kind == 15) {
            pool.setFeeProtocol(uint8(uint256(action.a)), uint8(uint256(action.b)));
        } else {
            IPancakeFactory(pancakeFactory)
                .setFeeProtocol(address(pool), uint32(uint256(action.a)), uint32(uint256(action.b)));
        }
    }

    function uniswapV3SwapCallback(int256 delta0, int256 delta1, bytes calldata) external {
        _pay(delta0, delta1);
    }

    function pancakeV3SwapCallback(int256 delta0, int256 delta1, bytes calldata) external {
        _pay(delta0, delta1);
    }

    function uniswapV3MintCallback(uint256 owed0, uint256 owed1, bytes calldata) external {
        _pay(int256(owed0), int256(owed1));
    }

    function pancakeV3MintCallback(uint256 owed0, uint256 owed1, bytes calldata) external {
        _pay(int256(owed0), int256(owed1));
    }

    function uniswapV3FlashCallback(uint256 fee0, uint256 fee1, bytes calldata data) external {
        uint256 amount = abi.decode(data, (uint256));
        // A little more than owed: a flash loan may overpay.
        _pay(int256(amount + fee0 + 7), int256(amount / 3 + fee1));
    }

    function pancakeV3FlashCallback(uint256 fee0, uint256 fee1, bytes calldata data) external {
        uint256 amount = abi.decode(data, (uint256));
        _pay(int256(amount + fee0 + 7), int256(amount / 3 + fee1));
    }

    function _pay(int256 owed0, int256 owed1) private {
        if (owed0 > 0) IToken(IV3Pool(msg.sender).token0()).transfer(msg.sender, uint256(owed0));
        if (owed1 > 0) IToken(IV3Pool(msg.sender).token1()).transfer(msg.sender, uint256(owed1));
    }

    function unlockCallback(bytes calldata data) external returns (bytes memory) {
        Action memory action = abi.decode(data, (Action));
        V4Key memory key = keys[action.pool];
        int256 delta;
        if (action.kind == 20) {
            delta = manager.swap(
                key,
                IManager.SwapParams(action.a > 0, action.b, action.a > 0 ? PRICE_MIN : PRICE_MAX),
                ""
            );
        } else if (action.kind == 21 || action.kind == 22) {
            int256 liquidity = int256(action.amount);
            (delta,) = manager.modifyLiquidity(
                key,
                IManager.ModifyLiquidityParams(
                    int24(action.a), int24(action.b), action.kind == 21 ? liquidity : -liquidity, 0
                ),
                ""
            );
        } else if (action.kind == 23) {
            delta = manager.donate(key, action.amount, action.amount / 2, "");
        } else {
            manager.setProtocolFee(key, uint24(action.amount));
        }
        // Amount0 in the upper half, amount1 in the lower one, negative when owed to the manager.
        _settle(key.currency0, int128(delta >> 128));
        _settle(key.currency1, int128(delta));
        return "";
    }

    function _settle(address currency, int128 delta) private {
        if (delta < 0) {
            manager.sync(currency);
            IToken(currency).transfer(address(manager), uint256(uint128(-delta)));
            manager.settle();
        } else if (delta > 0) {
            manager.take(currency, address(this), uint256(uint128(delta)));
        }
    }
}
