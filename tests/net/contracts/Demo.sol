// SPDX-License-Identifier: MIT OR Apache-2.0
// What the demo chain runs. Compiled once with solc 0.8.30 (optimizer 200 runs, EVM cancun, no metadata
// hash); the bytecode is kept in contracts.json so that no compiler is needed.
pragma solidity 0.8.30;

/// A small ERC-20 that logs and refuses with a custom error.
contract Token {
    error InsufficientBalance(address account, uint256 needed, uint256 have);

    event Transfer(address indexed from, address indexed to, uint256 value);
    event Approval(address indexed owner, address indexed spender, uint256 value);

    string public constant name = "Breakwater Demo";
    string public constant symbol = "BRK";
    uint8 public constant decimals = 18;
    uint256 public totalSupply = 1_000_000 ether;
    mapping(address => uint256) public balanceOf;
    mapping(address => mapping(address => uint256)) public allowance;

    constructor() {
        balanceOf[msg.sender] = totalSupply;
        emit Transfer(address(0), msg.sender, totalSupply);
    }

    function transfer(address to, uint256 value) external returns (bool) {
        uint256 have = balanceOf[msg.sender];
        if (have < value) revert InsufficientBalance(msg.sender, value, have);
        balanceOf[msg.sender] = have - value;
        balanceOf[to] += value;
        emit Transfer(msg.sender, to, value);
        return true;
    }

    function approve(address spender, uint256 value) external returns (bool) {
        allowance[msg.sender][spender] = value;
        emit Approval(msg.sender, spender, value);
        return true;
    }
}

/// Every way a call can end.
contract Oddity {
    error Refused(uint256 code, string why);

    event Blob(uint256 indexed n, bytes data);

    function failText() external pure { revert("the demo says no"); }
    function failCustom() external pure { revert Refused(42, unicode"caf\u00e9"); }
    function failPanic(uint256 d) external pure returns (uint256) { return 1 / d; }
    function failEmpty() external pure { assembly { revert(0, 0) } }
    function burn() external pure { assembly { invalid() } }
    function bytesOf(uint256 n) external pure returns (bytes memory out) { out = new bytes(n); }
    function blob(uint256 n, uint256 size) external { emit Blob(n, new bytes(size)); }
}
