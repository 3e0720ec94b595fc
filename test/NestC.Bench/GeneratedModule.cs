using System.Text;

namespace NestC.Bench;

/// <summary>Text of modules to measure with: always the same for the same size.</summary>
internal static class GeneratedModule
{
    private const int OpsPerFunction = 200;

    /// <summary>Functions of integer arithmetic with constants and repeated expressions, so that folds and cse have work.</summary>
    public static string Arithmetic(int operations)
    {
        StringBuilder text = new();
        Random random = new(20240917);
        for (int made = 0, function = 0; made < operations; made += OpsPerFunction, function++)
        {
            text.Append($"func.func @f{function}(%a: i32, %b: i32) -> i32 {{\n  %0 = arith.constant 0 : i32\n  %1 = arith.constant {random.Next(2, 99)} : i32\n");
            for (int i = 2; i < OpsPerFunction - 2; i++)
            {
                string name = random.Next(4) switch { 0 => "addi", 1 => "subi", 2 => "muli", _ => "xori" };
                string left = random.Next(8) == 0 ? "%a" : $"%{random.Next(Math.Max(0, i - 12), i)}", right = random.Next(8) == 0 ? "%b" : $"%{random.Next(i)}";
                text.Append($"  %{i} = arith.{name} {left}, {right} : i32\n");
            }
            text.Append($"  return %{OpsPerFunction - 3} : i32\n}}\n");
        }
        return text.ToString();
    }
}
