-- No null sharewithresearchasofdate in trusted: a customer without a research consent date must not be there.
select
    email,
    sharewithresearchasofdate
from {{ ref('customer_trusted') }}
where sharewithresearchasofdate is null
