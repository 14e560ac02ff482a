// SPDX-License-Identifier: MIT
pragma solidity 0.8.26;

import {DevToken} from "../../devnet/DevToken.sol";
import {ArbExecutor} from "../../src/ArbExecutor.sol";
import {IArbExecutor} from "../../src/IArbExecutor.sol";
import {IAaveV3Pool, IPoolManager, PoolKey} from "../../src/Interfaces.sol";
import {BalancerV3Lender, ERC3156Lender} from "../doubles/Lenders.sol";
import {CurvePool, SolidlyPair} from "../doubles/Pools.sol";
import {AaveMarket} from "./AaveMarket.sol";
import {
    IPair,
    IPancakeDeployer,
    IRouter,
    IFactory,
    IVault,
    IV3Factory,
    IV3Pool,
    IV4Manager,
    IWeightedFactory,
    IWeightedPool,
    IWeth,
    IBoundToken
} from "./Outside.sol";
import {Steps} from "./Steps.sol";
import {vm} from "./Vm.sol";

/// @dev Lets the vault's fees be set; the vault asks it for every privileged call.
contract YesAuthorizer {
    function canPerform(bytes32, address, address) external pure returns (bool) {
        return true;
    }
}

/// @dev A market of real contracts: WETH9, Uniswap V2, V3 and V4, Sushi, Pancake V3, Balancer V2's
/// vault and weighted pools from their published bytecode, Aave V3 too, Morpho Blue from its published sources;
/// Solidly, Curve and the other lenders are doubles (test/doubles). WETH costs 3 000 USDC on Uniswap V2, 3 200
/// on Sushi, and 3 100 everywhere else: selling in any pool and buying back on Uniswap pays, and so
/// does selling on Sushi and buying back in any pool.
abstract contract World {
    uint256 internal constant ONE_X96 = 2 ** 96;
    uint256 internal constant GAS_PRICE = 20 gwei;
    uint24 internal constant FEE = 3_000;
    uint8 internal constant WETH = 0;
    uint8 internal constant USDC = 1;

    address internal constant OWNER = address(0xa11ce);
    address internal constant RECIPIENT = address(0xbeef01);
    address internal constant OPERATOR = address(0x09e4a704);
    address internal constant OUTSIDER = address(0xbad);
    address internal constant FEE_RECIPIENT = address(0xc01bba5e);

    IWeth internal weth;
    DevToken internal usdc; // 6 decimals
    DevToken internal wbtc; // 8 decimals
    DevToken internal dai; // 18 decimals
    IFactory internal uniswap;
    IFactory internal sushi;
    IRouter internal router;
    IVault internal vault;
    IV4Manager internal manager;
    IArbExecutor internal executor;

    IPair internal cheapPair; // Uniswap V2 WETH/USDC, 3 000
    IPair internal dearPair; // Sushi WETH/USDC, 3 200
    IV3Pool internal v3Pool; // 0.05 %, 3 100
    IV3Pool internal v3Lender; // 1 %, 3 100: lends, never trades
    IV3Pool internal pancakePool;
    bytes32 internal weightedId;
    SolidlyPair internal solidly;
    CurvePool internal curve;
    CurvePool internal curveQuiet;
    CurvePool internal curveIndexed;
    address internal morpho; // Morpho Blue
    IAaveV3Pool internal aave; // Aave V3
    ERC3156Lender internal erc3156;
    BalancerV3Lender internal balancerV3;
    IPair internal lendingPair; // WETH/DAI: lends, never trades

    function setUp() public virtual {
        vm.deal(address(this), 10_000_000 ether);
        vm.coinbase(FEE_RECIPIENT);
        weth = IWeth(_deploy("WETH9", ""));
        weth.deposit{value: 2_000_000 ether}();
        usdc = _newToken("USD Coin", "USDC", 6);
        wbtc = _newToken("Wrapped Bitcoin", "WBTC", 8);
        dai = _newToken("Dai", "DAI", 18);
        usdc.mint(address(this), 10 ** 15 * 1e6);
        wbtc.mint(address(this), 10 ** 9 * 1e8);
        dai.mint(address(this), 10 ** 15 * 1e18);

        uniswap = IFactory(_deploy("UniswapV2Factory", abi.encode(address(this))));
        sushi = IFactory(_deploy("SushiFactory", abi.encode(address(this))));
        router = IRouter(_deploy("UniswapV2Router02", abi.encode(uniswap, weth)));
        vault = IVault(_deploy("BalancerV2Vault", abi.encode(new YesAuthorizer(), weth, 0, 0)));
        manager = IV4Manager(_deploy("UniswapV4PoolManager", abi.encode(address(this))));
        _fillVault();
        cheapPair = _pool(uniswap, address(weth), 1_000 ether, address(usdc), 3_000_000e6);
        dearPair = _pool(sushi, address(weth), 1_000 ether, address(usdc), 3_200_000e6);
        executor = _newExecutor(OWNER, OPERATOR);
        _foundFamilies();
        _foundLenders();
    }

    function _foundFamilies() internal virtual {
        IV3Factory factory = IV3Factory(_deploy("UniswapV3Factory", ""));
        v3Pool = _v3(
            factory.createPool(address(weth), address(usdc), 500), 10, 1_000 ether, 3_100_000e6
        );
        v3Lender = _v3(
            factory.createPool(address(weth), address(usdc), 10_000), 200, 1_000 ether, 3_100_000e6
        );
        pancakePool = _pancake(1_000 ether, 3_100_000e6);
        _v4(address(usdc), 3_100_000e6, address(weth), 1_000 ether);
        _v4(address(0), 1_000 ether, address(usdc), 3_100_000e6);
        weightedId = _weighted(1_000 ether, 3_100_000e6);
        (address t0, address t1) = _sorted(address(weth), address(usdc));
        solidly = new SolidlyPair(t0, t1, 10 ** 18, 10 ** 6, false);
        weth.transfer(address(solidly), 1_000 ether);
        usdc.transfer(address(solidly), 3_100_000e6);
        solidly.fund();
        curve = _curve(false, false);
        curveQuiet = _curve(true, false);
        curveIndexed = _curve(false, true);
    }

    function _foundLenders() internal virtual {
        morpho = _deploy("Morpho", abi.encode(address(this)));
        AaveMarket aaveMarket = new AaveMarket();
        erc3156 = new ERC3156Lender();
        balancerV3 = new BalancerV3Lender();
        address[4] memory lenders =
            [address(morpho), address(aaveMarket), address(erc3156), address(balancerV3)];
        for (uint256 i = 0; i < 4; ++i) {
            weth.transfer(lenders[i], 10_000 ether);
            usdc.transfer(lenders[i], 30_000_000e6);
        }
        aaveMarket.list(address(weth), 18);
        aaveMarket.list(address(usdc), 6);
        aave = aaveMarket.pool();
        balancerV3.fund(address(weth));
        balancerV3.fund(address(usdc));
        lendingPair = _pool(uniswap, address(weth), 5_000 ether, address(dai), 15_500_000e18);
    }

    function _fillVault() private {
        weth.transfer(address(vault), 50_000 ether);
        usdc.transfer(address(vault), 10 ** 9 * 1e6);
        wbtc.transfer(address(vault), 10_000 * 1e8);
    }

    function _newExecutor(address owner, address operator) internal returns (IArbExecutor) {
        address[] memory operators = new address[](1);
        operators[0] = operator;
        return newExecutor(owner, RECIPIENT, address(weth), operators);
    }

    /// @dev Public, so that a test can expect its refusal.
    function newExecutor(
        address owner,
        address recipient_,
        address weth_,
        address[] memory operators
    ) public returns (IArbExecutor) {
        bytes memory arguments = abi.encode(
            owner, recipient_, address(vault), address(manager), weth_, operators
        );
        return IArbExecutor(payable(_deployOurs("ArbExecutor", arguments)));
    }

    function _newToken(string memory name, string memory symbol, uint8 decimals)
        internal
        returns (DevToken)
    {
        return DevToken(_deployOurs("DevToken", abi.encode(name, symbol, decimals)));
    }

    /// @dev The bytes that compile.mjs made and the demo deploys, not a compilation of our own.
    function _deployOurs(string memory name, bytes memory arguments) internal returns (address) {
        string memory key = string.concat(".contracts.", name, ".bytecode");
        return _create("out/contracts.json", key, arguments);
    }

    function _deploy(string memory name, bytes memory arguments) internal returns (address made) {
        string memory path = string.concat(".cache/artifacts/", name, ".json");
        made = _create(path, ".bytecode", arguments);
        vm.label(made, name);
    }

    function _create(string memory path, string memory key, bytes memory arguments)
        internal
        returns (address made)
    {
        bytes memory code = bytes.concat(vm.parseJsonBytes(vm.readFile(path), key), arguments);
        assembly {
            made := create(0, add(code, 0x20), mload(code))
            if iszero(made) {
                returndatacopy(0, 0, returndatasize())
                revert(0, returndatasize())
            }
        }
    }

    // --- pools ---

    function _pool(IFactory factory, address a, uint256 amountA, address b, uint256 amountB)
        internal
        returns (IPair pair)
    {
        pair = IPair(factory.createPair(a, b));
        IBoundToken(a).transfer(address(pair), amountA);
        IBoundToken(b).transfer(address(pair), amountB);
        pair.mint(address(this));
    }

    /// @dev Liquidity over all ticks, worth `wethAmount` and `usdcAmount` at their ratio.
    function _v3(address pool, int24 spacing, uint256 wethAmount, uint256 usdcAmount)
        internal
        returns (IV3Pool)
    {
        bool wethIs0 = IV3Pool(pool).token0() == address(weth);
        (uint256 a0, uint256 a1) = wethIs0 ? (wethAmount, usdcAmount) : (usdcAmount, wethAmount);
        IV3Pool(pool).initialize(_sqrtPriceX96(a0, a1));
        int24 most = 887_272 / spacing * spacing;
        IV3Pool(pool).mint(address(this), -most, most, uint128(_sqrt(a0 * a1)), "");
        return IV3Pool(pool);
    }

    function _pancake(uint256 wethAmount, uint256 usdcAmount) private returns (IV3Pool) {
        bytes memory poolCode =
            vm.parseJsonBytes(vm.readFile(".cache/artifacts/PancakeV3Pool.json"), ".bytecode");
        address deployer = _create(
            "out/harness.json", ".contracts.PancakeV3PoolDeployer.bytecode", abi.encode(poolCode)
        );
        IV3Factory factory = IV3Factory(_deploy("PancakeV3Factory", abi.encode(deployer)));
        (address t0, address t1) = _sorted(address(weth), address(usdc));
        address pool = IPancakeDeployer(deployer).deploy(address(factory), t0, t1, 500, 10);
        return _v3(pool, 10, wethAmount, usdcAmount);
    }

    function uniswapV3MintCallback(uint256 owed0, uint256 owed1, bytes calldata) external {
        _payBoth(owed0, owed1);
    }

    function pancakeV3MintCallback(uint256 owed0, uint256 owed1, bytes calldata) external {
        _payBoth(owed0, owed1);
    }

    function _payBoth(uint256 owed0, uint256 owed1) private {
        IBoundToken(IV3Pool(msg.sender).token0()).transfer(msg.sender, owed0);
        IBoundToken(IV3Pool(msg.sender).token1()).transfer(msg.sender, owed1);
    }

    function _key(address a, address b) internal pure returns (PoolKey memory) {
        (address c0, address c1) = _sorted(a, b);
        return PoolKey(c0, c1, FEE, 60, address(0));
    }

    function _v4(address a, uint256 amountA, address b, uint256 amountB) internal {
        PoolKey memory key = _key(a, b);
        (uint256 a0, uint256 a1) = a < b ? (amountA, amountB) : (amountB, amountA);
        manager.initialize(key, _sqrtPriceX96(a0, a1));
        manager.unlock(abi.encode(key, _sqrt(a0 * a1)));
    }

    function unlockCallback(bytes calldata data) external returns (bytes memory) {
        (PoolKey memory key, uint256 liquidity) = abi.decode(data, (PoolKey, uint256));
        (int256 delta,) = manager.modifyLiquidity(
            key, IV4Manager.ModifyLiquidityParams(-887_220, 887_220, int256(liquidity), 0), ""
        );
        _settleV4(key.currency0, uint256(-(delta >> 128)));
        _settleV4(key.currency1, uint256(-int256(int128(delta))));
        return "";
    }

    function _settleV4(address currency, uint256 owed) private {
        if (currency == address(0)) {
            IPoolManager(address(manager)).settle{value: owed}();
            return;
        }
        IPoolManager(address(manager)).sync(currency);
        IBoundToken(currency).transfer(address(manager), owed);
        IPoolManager(address(manager)).settle();
    }

    function _weighted(uint256 wethAmount, uint256 usdcAmount) private returns (bytes32 id) {
        address factory = _deploy("BalancerWeightedFactory20210418", abi.encode(vault));
        address[] memory tokens = new address[](2);
        (tokens[0], tokens[1]) = _sorted(address(weth), address(usdc));
        uint256[] memory weights = new uint256[](2);
        (weights[0], weights[1]) = (0.5e18, 0.5e18);
        id = IWeightedPool(
                IWeightedFactory(factory)
                    .create("Half", "HALF", tokens, weights, 0.003e18, address(this))
            ).getPoolId();
        uint256[] memory amounts = new uint256[](2);
        bool wethIs0 = tokens[0] == address(weth);
        (amounts[0], amounts[1]) = wethIs0 ? (wethAmount, usdcAmount) : (usdcAmount, wethAmount);
        IBoundToken(address(weth)).approve(address(vault), wethAmount);
        usdc.approve(address(vault), usdcAmount);
        vault.joinPool(
            id,
            address(this),
            address(this),
            IVault.JoinPoolRequest(tokens, amounts, abi.encode(uint256(0), amounts), false)
        );
    }

    function _curve(bool quiet, bool indexed_) internal returns (CurvePool pool) {
        // 3 100 USDC make a WETH: rates turn both into 18 decimals of the same worth.
        pool = new CurvePool(
            [address(weth), address(usdc)], [uint256(3_100e18), 1e30], quiet, indexed_
        );
        weth.transfer(address(pool), 1_000 ether);
        usdc.transfer(address(pool), 3_100_000e6);
        pool.fund();
    }

    function _sorted(address a, address b) internal pure returns (address, address) {
        return a < b ? (a, b) : (b, a);
    }

    function _sqrtPriceX96(uint256 a0, uint256 a1) internal pure returns (uint160) {
        return uint160(_sqrt((a1 << 96) / a0) << 48);
    }

    function _sqrt(uint256 x) internal pure returns (uint256 y) {
        y = x;
        for (uint256 z = (x + 1) / 2; z < y; z = (x / z + z) / 2) {
            y = z;
        }
    }

    function _setFlashLoanFee(uint256 percentageX18) internal {
        vault.getProtocolFeesCollector().setFlashLoanFeePercentage(percentageX18);
    }

    // --- programs ---

    /// @dev WETH is the start token, USDC is held too, ether has a name.
    function _header() internal view returns (Steps.Header memory h) {
        h.deadline = block.number;
        h.tokens = new address[](3);
        (h.tokens[0], h.tokens[1]) = (address(weth), address(usdc));
        h.held = 2;
        h.bidCapWei = type(uint128).max;
    }

    function _program(bytes memory steps) internal view returns (bytes memory) {
        return bytes.concat(Steps.header(_header()), steps);
    }

    function _call(bytes memory program) internal pure returns (bytes memory) {
        return bytes.concat(IArbExecutor.execute.selector, program);
    }

    function _execute(bytes memory program) internal returns (uint256 netProfit) {
        bytes memory call = _call(program);
        vm.prank(OPERATOR);
        (bool done, bytes memory answer) = address(executor).call(call);
        if (!done) {
            assembly {
                revert(add(answer, 32), mload(answer))
            }
        }
        return abi.decode(answer, (uint256));
    }

    function _try(bytes memory program) internal returns (bool done, bytes memory answer) {
        bytes memory call = _call(program);
        vm.prank(OPERATOR);
        return address(executor).call(call);
    }

    function _forward(address pool, address tokenIn) internal view returns (uint256) {
        return IPair(pool).token0() == tokenIn ? 0x10 : 0;
    }
}
