// SPDX-License-Identifier: MIT
pragma solidity 0.8.26;

import {IAaveV3Pool} from "../../src/Interfaces.sol";
import {IBoundToken} from "./Outside.sol";
import {vm} from "./Vm.sol";

interface IAaveAddresses {
    function setACLAdmin(address admin) external;
    function setACLManager(address manager) external;
    function setPoolImpl(address implementation) external;
    function setPoolConfiguratorImpl(address implementation) external;
    function getPool() external view returns (address);
    function getPoolConfigurator() external view returns (address);
}

interface IAaveRoles {
    function addPoolAdmin(address admin) external;
}

interface IAaveSupply {
    function supply(address asset, uint256 amount, address onBehalfOf, uint16 code) external;
}

interface IAaveConfigurator {
    struct Reserve {
        address aToken;
        address stableDebt;
        address variableDebt;
        uint8 decimals;
        address rates;
        address asset;
        address treasury;
        address incentives;
        string aTokenName;
        string aTokenSymbol;
        string variableDebtName;
        string variableDebtSymbol;
        string stableDebtName;
        string stableDebtSymbol;
        bytes params;
    }

    function initReserves(Reserve[] calldata reserves) external;
    function setReserveFlashLoaning(address asset, bool enabled) external;
    function updateFlashloanPremiumTotal(uint128 premiumBasisPoints) external;
}

/// @dev Aave V3 from its published bytecode, behind its own proxies. A price oracle is asked only
/// when somebody borrows for longer than a transaction, so that there is none.
contract AaveMarket {
    uint128 public constant PREMIUM_BASIS_POINTS = 5; // what mainnet takes
    uint256 private constant RAY = 1e27;

    IAaveV3Pool public immutable pool;
    IAaveAddresses private immutable _addresses;
    // What solc leaves in the bytecode for a library, and the library's address as it goes there.
    string[2][] private _links;

    constructor() {
        _addresses =
            IAaveAddresses(_deploy("PoolAddressesProvider", abi.encode("A", address(this))));
        _addresses.setACLAdmin(address(this));
        address roles = _deploy("ACLManager", abi.encode(address(_addresses)));
        _addresses.setACLManager(roles);
        IAaveRoles(roles).addPoolAdmin(address(this));
        _link("__$c3724b8d563dc83a94e797176cddecb3b9$__", "BorrowLogic");
        _link("__$d5ddd09ae98762b8929dd85e54b218e259$__", "FlashLoanLogic");
        _link("__$b06080f092f400a43662c3f835a4d9baa8$__", "BridgeLogic");
        _link("__$e4b9550ff526a295e1233dea02821b9004$__", "EModeLogic");
        _link("__$f598c634f2d943205ac23f707b80075cbb$__", "LiquidationLogic");
        _link("__$563c746fa3df0f1858d85f6ef4258864be$__", "PoolLogic");
        _link("__$db79717e66442ee197e8271d032a066e34$__", "SupplyLogic");
        _link("__$3ddc574512022f331a6a4c7e4bbb5c67b6$__", "ConfiguratorLogic");
        _addresses.setPoolImpl(_deploy("Pool", abi.encode(address(_addresses))));
        _addresses.setPoolConfiguratorImpl(_deploy("PoolConfigurator", ""));
        pool = IAaveV3Pool(_addresses.getPool());
        _configurator().updateFlashloanPremiumTotal(PREMIUM_BASIS_POINTS);
    }

    /// @dev Lists a token that may be lent for a transaction, and supplies all of it that is here.
    function list(address asset, uint8 decimals) external {
        IAaveConfigurator.Reserve[] memory reserves = new IAaveConfigurator.Reserve[](1);
        IAaveConfigurator.Reserve memory r = reserves[0];
        bytes memory ofPool = abi.encode(address(pool));
        r.aToken = _deploy("AToken", ofPool);
        r.stableDebt = _deploy("StableDebtToken", ofPool);
        r.variableDebt = _deploy("VariableDebtToken", ofPool);
        r.decimals = decimals;
        uint256 eighty = RAY / 10 * 8;
        uint256 slope = RAY / 25;
        r.rates = _deploy(
            "DefaultReserveInterestRateStrategy",
            abi.encode(address(_addresses), eighty, 0, slope, RAY, slope, RAY, slope, slope, eighty)
        );
        r.asset = asset;
        r.treasury = address(this);
        IAaveConfigurator configurator = _configurator();
        configurator.initReserves(reserves);
        configurator.setReserveFlashLoaning(asset, true);
        uint256 amount = IBoundToken(asset).balanceOf(address(this));
        IBoundToken(asset).approve(address(pool), amount);
        IAaveSupply(address(pool)).supply(asset, amount, address(this), 0);
    }

    function _configurator() private view returns (IAaveConfigurator) {
        return IAaveConfigurator(_addresses.getPoolConfigurator());
    }

    function _link(string memory place, string memory library_) private {
        string memory target = vm.toString(_deploy(library_, ""));
        _links.push([place, vm.replace(target, "0x", "")]);
    }

    function _deploy(string memory name, bytes memory arguments) private returns (address made) {
        string memory json = vm.readFile(string.concat(".cache/artifacts/Aave", name, ".json"));
        string memory code = vm.parseJsonString(json, ".bytecode");
        for (uint256 i = 0; i < _links.length; ++i) {
            code = vm.replace(code, _links[i][0], _links[i][1]);
        }
        bytes memory creation = bytes.concat(vm.parseBytes(code), arguments);
        assembly {
            made := create(0, add(creation, 0x20), mload(creation))
            if iszero(made) {
                returndatacopy(0, 0, returndatasize())
                revert(0, returndatasize())
            }
        }
    }
}
