-- One row per e-mail. The latest record decides: an earlier consent that it no longer carries is withdrawn.
with ranked as (
    select
        *,
        row_number() over (
            partition by email
            order by
                coalesce(lastupdatedate, registrationdate) desc nulls last,
                -- Of two records of the same moment, the one without consent wins.
                sharewithresearchasofdate desc nulls first,
                registrationdate desc nulls last,
                serialnumber
        ) as recency
    from {{ ref('customer_landing') }}
    where email is not null
)

select
    customername,
    email,
    phone,
    birthday,
    serialnumber,
    registrationdate,
    lastupdatedate,
    sharewithresearchasofdate,
    sharewithpublicasofdate,
    sharewithfriendsasofdate
from ranked
where recency = 1
    and sharewithresearchasofdate is not null
