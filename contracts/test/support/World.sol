// SPDX-License-Identifier: MIT
pragma solidity 0.8.26;

import {DevToken} from "../../devnet/DevToken.sol";
import {ArbExecutor, Hop, Plan} from "../../src/ArbExecutor.sol";
import {IBalancerV2Vault, IERC20} from "../../src/Interfaces.sol";
import {vm} from "./Vm.sol";

interface IWeth is IERC20 {
    function deposit() external payable;
}

interface IFactory {
    function createPair(address tokenA, address tokenB) external returns (address pair);
}

interface IPair is IERC20 {
    function token0() external view returns (address);
    function getReserves() external view returns (uint112, uint112, uint32);
    function mint(address to) external returns (uint256 liquidity);
}

interface IRouter {
    function getAmountOut(uint256 amountIn, uint256 reserveIn, uint256 reserveOut)
        external
        pure
        returns (uint256 amountOut);
}

interface IVault is IBalancerV2Vault {
    function getProtocolFeesCollector() external view returns (IFeesCollector);
}

interface IFeesCollector {
    function setFlashLoanFeePercentage(uint256 percentage) external;
}

/// @dev Lets the vault's fees be set; the vault asks it for every privileged call.
contract YesAuthorizer {
    function canPerform(bytes32, address, address) external pure returns (bool) {
        return true;
    }
}

/// @dev A market of real contracts: WETH9, Uniswap V2, Sushi and the Balancer V2 Vault from their
/// published bytecode, with pools at 3 000 and 3 060 USDC per WETH, and the executor above them.
abstract contract World {
    uint256 internal constant ONE_X96 = 2 ** 96;
    uint256 internal constant GAS_PRICE = 20 gwei;
    uint24 internal constant FEE = 3_000;

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
    ArbExecutor internal executor;

    IPair internal uniWethUsdc;
    IPair internal sushiWethUsdc;
    IPair internal uniUsdcDai;
    IPair internal uniWethDai;
    IPair internal uniWethWbtc;
    IPair internal sushiWethWbtc;

    function setUp() public virtual {
        vm.deal(address(this), 1_000_000 ether);
        vm.coinbase(FEE_RECIPIENT);
        weth = IWeth(_deploy("WETH9", ""));
        weth.deposit{value: 500_000 ether}();
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
        weth.transfer(address(vault), 50_000 ether);
        usdc.transfer(address(vault), 10 ** 9 * 1e6);
        wbtc.transfer(address(vault), 10_000 * 1e8);

        uniWethUsdc = _pool(uniswap, address(weth), 1_000 ether, address(usdc), 3_000_000e6);
        sushiWethUsdc = _pool(sushi, address(weth), 1_000 ether, address(usdc), 3_060_000e6);
        uniUsdcDai = _pool(uniswap, address(usdc), 5_000_000e6, address(dai), 5_000_000e18);
        uniWethDai = _pool(uniswap, address(weth), 1_000 ether, address(dai), 3_000_000e18);
        uniWethWbtc = _pool(uniswap, address(weth), 2_000 ether, address(wbtc), 100e8);
        sushiWethWbtc = _pool(sushi, address(weth), 1_900 ether, address(wbtc), 100e8);
        executor = _newExecutor(OWNER, OPERATOR);
    }

    function _newExecutor(address owner, address operator) internal returns (ArbExecutor) {
        address[] memory operators = new address[](1);
        operators[0] = operator;
        return newExecutor(owner, RECIPIENT, address(vault), address(weth), operators);
    }

    /// @dev Public, so that a test can expect its refusal.
    function newExecutor(
        address owner,
        address recipient_,
        address vault_,
        address weth_,
        address[] memory operators
    ) public returns (ArbExecutor) {
        bytes memory arguments = abi.encode(owner, recipient_, vault_, weth_, operators);
        return ArbExecutor(payable(_deployOurs("ArbExecutor", arguments)));
    }

    function _newToken(string memory name, string memory symbol, uint8 decimals)
        internal
        returns (DevToken)
    {
        return DevToken(_deployOurs("DevToken", abi.encode(name, symbol, decimals)));
    }

    /// @dev The bytes that compile.mjs made and the demo deploys, not a compilation of our own.
    function _deployOurs(string memory name, bytes memory arguments) private returns (address) {
        string memory key = string.concat(".contracts.", name, ".bytecode");
        return _create("out/contracts.json", key, arguments);
    }

    function _deploy(string memory name, bytes memory arguments) internal returns (address made) {
        string memory path = string.concat(".cache/artifacts/", name, ".json");
        made = _create(path, ".bytecode", arguments);
        vm.label(made, name);
    }

    function _create(string memory path, string memory key, bytes memory arguments)
        private
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

    function _pool(IFactory factory, address a, uint256 amountA, address b, uint256 amountB)
        internal
        returns (IPair pair)
    {
        pair = IPair(factory.createPair(a, b));
        IERC20(a).transfer(address(pair), amountA);
        IERC20(b).transfer(address(pair), amountB);
        pair.mint(address(this));
    }

    function _setFlashLoanFee(uint256 percentageX18) internal {
        vault.getProtocolFeesCollector().setFlashLoanFeePercentage(percentageX18);
    }

    function _hop(IPair pair, address tokenIn) internal view returns (Hop memory) {
        return Hop(address(pair), FEE, pair.token0() == tokenIn);
    }

    /// @dev WETH sold where it is dear, bought back where it is cheap.
    function _twoHops(uint256 notional) internal view returns (Plan memory plan) {
        plan = _plan(address(weth), notional, 2);
        plan.hops[0] = _hop(sushiWethUsdc, address(weth));
        plan.hops[1] = _hop(uniWethUsdc, address(usdc));
    }

    /// @dev WETH → USDC (Sushi) → DAI → WETH.
    function _threeHops(uint256 notional) internal view returns (Plan memory plan) {
        plan = _plan(address(weth), notional, 3);
        plan.hops[0] = _hop(sushiWethUsdc, address(weth));
        plan.hops[1] = _hop(uniUsdcDai, address(usdc));
        plan.hops[2] = _hop(uniWethDai, address(dai));
    }

    /// @dev USDC as start token: bought WETH is sold where it is dear.
    function _fromUsdc(uint256 notional) internal view returns (Plan memory plan) {
        plan = _plan(address(usdc), notional, 2);
        plan.hops[0] = _hop(uniWethUsdc, address(usdc));
        plan.hops[1] = _hop(sushiWethUsdc, address(weth));
        plan.tokenPerEthX96 = 3_000e6 * ONE_X96 / 1 ether;
    }

    function _plan(address start, uint256 notional, uint256 hops)
        internal
        view
        returns (Plan memory)
    {
        return Plan({
            startToken: start,
            notional: notional,
            hops: new Hop[](hops),
            minProfit: 0,
            bidBasisPoints: 0,
            bidCapWei: type(uint256).max,
            tokenPerEthX96: ONE_X96,
            deadlineBlock: block.number
        });
    }

    /// @dev What the plan's pools give, asked of the real router; the oracle of these tests.
    function _amountOut(Plan memory plan) internal view returns (uint256 amount) {
        amount = plan.notional;
        for (uint256 i = 0; i < plan.hops.length; ++i) {
            (uint256 r0, uint256 r1,) = IPair(plan.hops[i].pool).getReserves();
            (uint256 rIn, uint256 rOut) = plan.hops[i].zeroForOne ? (r0, r1) : (r1, r0);
            amount = router.getAmountOut(amount, rIn, rOut);
        }
    }

    function _execute(Plan memory plan) internal returns (uint256 netProfit) {
        vm.prank(OPERATOR);
        return executor.execute(plan);
    }

    function _expectRefusal(Plan memory plan, bytes memory reason) internal {
        vm.expectRevert(reason);
        _execute(plan);
    }

    /// @dev Runs a plan that cannot meet its floor, and reads from the refusal what it earned and
    /// how many units of the start token its gas was valued at.
    function _profitAndGasCost(Plan memory plan)
        internal
        returns (uint256 profit, uint256 gasCost)
    {
        uint256 minProfit = plan.minProfit;
        plan.minProfit = 2 ** 200;
        vm.prank(OPERATOR);
        (bool done, bytes memory reason) =
            address(executor).call(abi.encodeCall(ArbExecutor.execute, (plan)));
        plan.minProfit = minProfit;
        require(
            !done && bytes4(reason) == ArbExecutor.ProfitBelowFloor.selector, "not at the floor"
        );
        uint256 floor;
        assembly {
            profit := mload(add(reason, 0x24))
            floor := mload(add(reason, 0x44))
        }
        gasCost = floor - 2 ** 200;
    }
}
