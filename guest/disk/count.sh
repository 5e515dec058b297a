#!/bin/sh
# Sums the integers below a limit: sh count.sh [limit]
limit=${1:-1000}
i=0
sum=0
while [ $i -lt $limit ]; do
  sum=$((sum + i))
  i=$((i + 1))
done
echo "sum of the integers below $limit: $sum"
