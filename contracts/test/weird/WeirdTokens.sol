// SPDX-License-Identifier: MIT
pragma solidity 0.8.26;

/// @title Tokens that are not what a pool takes them for; each differs from the plain one in one way.
/// @notice The plain one: whoever deploys owns all of it.
contract PlainToken {
    uint256 public totalSupply;
    uint8 public immutable decimals;
    address public immutable issuer;
    mapping(address account => uint256 amount) internal _balances;
    mapping(address account => mapping(address spender => uint256 amount)) public allowance;

    event Transfer(address indexed from, address indexed to, uint256 value);

    constructor(uint8 decimals_) {
        decimals = decimals_;
        issuer = msg.sender;
        totalSupply = 1e12 * 1e18;
        _balances[msg.sender] = totalSupply;
    }

    function balanceOf(address account) public view virtual returns (uint256) {
        return _balances[account];
    }

    function approve(address spender, uint256 amount) external returns (bool) {
        allowance[msg.sender][spender] = amount;
        return true;
    }

    function transfer(address to, uint256 amount) public virtual returns (bool) {
        _move(msg.sender, to, amount);
        return true;
    }

    function transferFrom(address from, address to, uint256 amount) public virtual returns (bool) {
        allowance[from][msg.sender] -= amount;
        _move(from, to, amount);
        return true;
    }

    function _move(address from, address to, uint256 amount) internal virtual {
        _balances[from] -= amount;
        _balances[to] += amount;
        emit Transfer(from, to, amount);
    }
}

/// @notice Burns one per cent of every transfer but the issuer's.
contract FeeOnTransferToken is PlainToken(18) {
    function _move(address from, address to, uint256 amount) internal override {
        uint256 fee = from == issuer ? 0 : amount / 100;
        _balances[from] -= amount;
        _balances[to] += amount - fee;
        totalSupply -= fee;
        emit Transfer(from, to, amount - fee);
    }
}

/// @notice Takes one per cent more from the sender than it was told to, unless pools or the issuer send.
contract SenderTaxToken is PlainToken(18) {
    mapping(address account => bool) public exempt;

    function setExempt(address account) external {
        exempt[account] = true;
    }

    function _move(address from, address to, uint256 amount) internal override {
        if (from != issuer && !exempt[from]) {
            _balances[from] -= amount / 100;
            totalSupply -= amount / 100;
        }
        super._move(from, to, amount);
    }
}

/// @notice Can be bought by anyone and sold by the issuer only.
contract HoneypotToken is PlainToken(18) {
    mapping(address account => bool) public isPool;

    function setPool(address pool) external {
        isPool[pool] = true;
    }

    function _move(address from, address to, uint256 amount) internal override {
        require(!isPool[to] || from == issuer, "trading is not open yet");
        super._move(from, to, amount);
    }
}

/// @notice Refuses accounts on a list, whichever way.
contract BlacklistToken is PlainToken(18) {
    mapping(address account => bool) public blacklisted;

    function blacklist(address account) external {
        blacklisted[account] = true;
    }

    function _move(address from, address to, uint256 amount) internal override {
        require(!blacklisted[from] && !blacklisted[to], "blacklisted");
        super._move(from, to, amount);
    }
}

/// @notice Moves nothing while paused.
contract PausableToken is PlainToken(18) {
    bool public paused;

    function pause() external {
        paused = true;
    }

    function _move(address from, address to, uint256 amount) internal override {
        require(!paused, "paused");
        super._move(from, to, amount);
    }
}

/// @notice Every balance grows by one per cent a day.
contract TimeRebaseToken is PlainToken(18) {
    uint256 public immutable since = block.timestamp;

    function balanceOf(address account) public view override returns (uint256) {
        return _balances[account] * (10_000 + (block.timestamp - since) * 100 / 1 days) / 10_000;
    }
}

/// @notice Keeps shares, so that amounts come out a raw unit short once the issuer has rescaled them.
contract IssuerRebaseToken is PlainToken(18) {
    uint256 public scale = 100;

    function rebase(uint256 scale_) external {
        scale = scale_;
    }

    function balanceOf(address account) public view override returns (uint256) {
        return _balances[account] * scale / 100;
    }

    function _move(address from, address to, uint256 amount) internal override {
        super._move(from, to, amount * 100 / scale);
    }
}

/// @notice The issuer can raise a balance with no transfer told.
contract HiddenMintToken is PlainToken(18) {
    function raise(address account, uint256 amount) external {
        _balances[account] += amount;
    }
}

/// @notice Moves the amount and answers false.
contract ReturnsFalseToken is PlainToken(18) {
    function transfer(address to, uint256 amount) public override returns (bool) {
        _move(msg.sender, to, amount);
        return msg.sender == issuer;
    }
}

/// @notice Answers nothing, as early tokens do. Harmless.
contract NoReturnToken {
    mapping(address account => uint256 amount) public balanceOf;
    uint8 public constant decimals = 6;

    constructor() {
        balanceOf[msg.sender] = 1e30;
    }

    function transfer(address to, uint256 amount) external {
        balanceOf[msg.sender] -= amount;
        balanceOf[to] += amount;
    }
}

/// @notice Calls the receiver before it moves anything, as ERC-777 does. Harmless to who is locked.
contract HookToken is PlainToken(18) {
    function _move(address from, address to, uint256 amount) internal override {
        (bool ignored,) = to.call(abi.encodeWithSignature("tokensReceived(uint256)", amount));
        ignored;
        super._move(from, to, amount);
    }
}

/// @notice Lets nobody but pools and the issuer pass on in the block of receipt: no atomic trade fits.
contract CooldownToken is PlainToken(18) {
    mapping(address account => bool) public isPool;
    mapping(address account => uint256 blockNumber) public lastReceived;

    function setPool(address pool) external {
        isPool[pool] = true;
    }

    function _move(address from, address to, uint256 amount) internal override {
        require(isPool[from] || from == issuer || lastReceived[from] != block.number, "cooldown");
        super._move(from, to, amount);
        lastReceived[to] = block.number;
    }
}

/// @notice Balances under a key that is not a plain mapping's, behind a proxy's slot layout.
contract FarSlotToken {
    bytes32 private constant BASE = keccak256("far.slot.token.balances");

    constructor() {
        _set(msg.sender, 1e30);
    }

    function balanceOf(address account) public view returns (uint256 amount) {
        bytes32 slot = keccak256(abi.encode(account, BASE));
        assembly {
            amount := sload(slot)
        }
    }

    function transfer(address to, uint256 amount) external returns (bool) {
        _set(msg.sender, balanceOf(msg.sender) - amount);
        _set(to, balanceOf(to) + amount);
        return true;
    }

    function _set(address account, uint256 amount) private {
        bytes32 slot = keccak256(abi.encode(account, BASE));
        assembly {
            sstore(slot, amount)
        }
    }
}
